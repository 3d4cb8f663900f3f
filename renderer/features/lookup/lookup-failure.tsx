import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { ApiError } from '../../api/errors.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure } from '../../ui/failure.tsx';

/** Why a lookup could not be made; that nothing was found is no failure. */
export function LookupFailure({ error }: { readonly error: Error }): ReactElement {
  const text = useText();
  const kind = error instanceof ApiError ? error.kind : '';
  if (kind !== 'bad_request' && kind !== 'not_found') return <Failure error={error} />;
  const isUnknown = kind === 'not_found';
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={text(isUnknown ? 'ui.error.title' : 'lookup.invalid')}
    >
      {text(isUnknown ? 'lookup.unknown' : 'lookup.invalid.text')}
    </Alert>
  );
}
