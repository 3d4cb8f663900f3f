import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../messages/use-text.ts';
import { Failure } from './failure.tsx';

const SKELETON_HEIGHT = 28;

/** The content of a query once it is there; until then its shape in grey, or why it is not. */
export function Loaded<T>({
  children,
  lines = 4,
  query,
}: {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly children: (data: T) => ReactNode;
  /** How tall the content will be, roughly, so that the page does not jump. */
  readonly lines?: number;
}): ReactElement {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
}

/** Grey lines in the place of what is on its way. */
export function Waiting({ lines }: { readonly lines: number }): ReactElement {
  const text = useText();
  return (
    <Stack gap="xs" aria-busy>
      <VisuallyHidden role="status">{text('ui.loading')}</VisuallyHidden>
      {Array.from({ length: lines }, (_, at) => (
        <Skeleton key={at} height={SKELETON_HEIGHT} />
      ))}
    </Stack>
  );
}
