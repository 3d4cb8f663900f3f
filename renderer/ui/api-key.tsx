import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconEye, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';
import classes from './api-key.module.css';
import { CopyableId } from './copyable.tsx';
import { failureText } from './failure.tsx';

const HIDDEN = '••••••••••';

/** A key that is hidden until somebody wants to see it, and that can be replaced by a new one. */
export function ApiKey({
  error,
  isBusy,
  onReplace,
  onShow,
  value,
  what,
}: {
  readonly error: Error | null;
  readonly isBusy: boolean;
  /** The key once it was asked for. */
  readonly value: string | undefined;
  /** Which key it is, e.g. "application key". */
  readonly what: string;
  readonly onShow: () => void;
  readonly onReplace: () => void;
}): ReactElement {
  const text = useText();
  const [isAsking, setAsking] = useState(false);
  return (
    <Stack gap="xs">
      {error && (
        <Alert color="red" role="alert">
          {failureText(text, error)}
        </Alert>
      )}
      <Group gap="sm" aria-live="polite">
        {value === undefined ? (
          <span aria-hidden>{HIDDEN}</span>
        ) : (
          <CopyableId {...{ value, what }} />
        )}
        {value === undefined && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconEye size={15} aria-hidden />}
            loading={isBusy}
            onClick={onShow}
          >
            {text('ui.key.show')}
          </Button>
        )}
        {!isAsking && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={15} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {text('ui.key.replace')}
          </Button>
        )}
      </Group>
      {isAsking && (
        <ReplaceKey
          isBusy={isBusy}
          onCancel={() => setAsking(false)}
          onReplace={() => {
            setAsking(false);
            onReplace();
          }}
        />
      )}
    </Stack>
  );
}

function ReplaceKey({
  isBusy,
  onCancel,
  onReplace,
}: {
  readonly isBusy: boolean;
  readonly onCancel: () => void;
  readonly onReplace: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Alert color="yellow" title={text('ui.key.replace.title')}>
      <Text size="sm">{text('ui.key.replace.cost')}</Text>
      <Group mt="sm" gap="xs">
        <Button size="xs" color="red" loading={isBusy} onClick={onReplace}>
          {text('ui.key.replace.do')}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {text('ui.cancel')}
        </Button>
      </Group>
    </Alert>
  );
}

/** A key just made: shown in full, once. */
export function NewKey({
  value,
  what,
}: {
  readonly value: string;
  readonly what: string;
}): ReactElement {
  const text = useText();
  return (
    <Alert color="petrol" variant="light" role="status" title={text('ui.key.new', { what })}>
      <CopyableId value={value} what={what} />
    </Alert>
  );
}

/** The two kinds of keys side by side: whoever mixes them up gets an error from every client. */
export function KeyKinds({ current }: { readonly current: 'application' | 'user' }): ReactElement {
  const text = useText();
  return (
    <Group grow align="stretch" gap="sm">
      {(['application', 'user'] as const).map((kind) => (
        <Paper key={kind} p="sm" className={kind === current ? (classes.current ?? '') : ''}>
          <Text size="sm" fw={650}>
            {text(`ui.key.${kind}.title`)}
          </Text>
          <Text size="sm" {...(kind !== current && { c: 'dimmed' })}>
            {text(`ui.key.${kind}`)}
          </Text>
        </Paper>
      ))}
    </Group>
  );
}
