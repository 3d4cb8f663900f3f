import { useState } from 'react';
import type { ReactElement } from 'react';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { ApiKey } from '../../ui/api-key.tsx';

/** The user key of whoever looks at the page. */
export function OwnKey(): ReactElement {
  const text = useText();
  const [isShown, setShown] = useState(false);
  const shown = useApi('GET /account/key', {}, { enabled: isShown });
  const replace = useApiAction('POST /account/key', {
    refreshes: ['GET /account/key'],
    onDone: () => setShown(true),
  });
  return (
    <ApiKey
      value={isShown ? shown.data?.apikey : undefined}
      what={text('ui.key.user.name')}
      isBusy={replace.isPending || shown.isFetching}
      error={replace.error ?? shown.error}
      onShow={() => setShown(true)}
      onReplace={() => replace.mutate({})}
    />
  );
}
