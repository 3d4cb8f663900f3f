import { notifications } from '@mantine/notifications';
import type { EndpointName } from '../../api/client.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';

const REFRESHES: readonly EndpointName[] = [
  'GET /submissions',
  'GET /submissions/:id',
  'GET /submission-counts',
];

export interface Retrying {
  readonly isPending: boolean;
  readonly retryOne: (id: number) => void;
  readonly retryAll: () => void;
}

/** Another try for submissions that could not be imported. */
export function useRetry(): Retrying {
  const text = useText();
  const tell = (count: number, isMore = false): void => {
    const words = text('submissions.retried', { count });
    notifications.show({
      closeButtonProps: { 'aria-label': text('ui.close') },
      color: 'petrol',
      message: isMore ? `${words} ${text('submissions.retried.more')}` : words,
    });
  };
  const onError = (error: Error): void => {
    notifications.show({
      closeButtonProps: { 'aria-label': text('ui.close') },
      color: 'red',
      message: failureText(text, error),
    });
  };
  const one = useApiAction('POST /submissions/:id/retry', { refreshes: REFRESHES });
  const all = useApiAction('POST /submissions/retry', { refreshes: REFRESHES });
  return {
    isPending: one.isPending || all.isPending,
    retryOne: (id) => one.mutate({ params: { id } }, { onSuccess: () => tell(1), onError }),
    retryAll: () =>
      all.mutate({}, { onSuccess: ({ isMore, retried }) => tell(retried, isMore), onError }),
  };
}
