import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { ApiError } from '../api/errors.ts';
import type { Text } from '../messages/use-text.ts';
import { useText } from '../messages/use-text.ts';

/** What to say to a person about an error of the API. */
export function failureText(text: Text, error: unknown): string {
  if (!(error instanceof ApiError)) return text('ui.error.internal');
  const { kind, message } = error;
  switch (kind) {
    case 'unreachable':
    case 'not_signed_in':
    case 'forbidden':
    case 'not_found':
    case 'internal':
      return text(`ui.error.${kind}`);
    case 'unavailable':
      return text('ui.error.unavailable', { message });
    default:
      return text('ui.error.other', { message });
  }
}

/** An error where the content would have been. */
export function Failure({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={text('ui.error.title')}
    >
      {failureText(text, error)}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            {text('ui.retry')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
