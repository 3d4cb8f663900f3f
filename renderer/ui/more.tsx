import { Button, Center } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';

/** The button under a list that has more pages. */
export function More({ result }: { readonly result: UseInfiniteQueryResult }): ReactElement | null {
  const text = useText();
  if (!result.hasNextPage) return null;
  return (
    <Center>
      <Button
        variant="default"
        loading={result.isFetchingNextPage}
        onClick={() => void result.fetchNextPage()}
      >
        {text('ui.more')}
      </Button>
    </Center>
  );
}
