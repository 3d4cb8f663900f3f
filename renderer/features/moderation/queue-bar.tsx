import { Group, SegmentedControl } from '@mantine/core';
import type { ReactElement } from 'react';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { KINDS } from './act.ts';
import { STATES } from './use-cases.ts';
import type { CaseQueue } from './use-cases.ts';

const ALL = 'all';
const REFRESH_MS = 15_000;

/** Which queue is shown: the kinds with how many wait, and what has been decided. */
export function QueueBar({
  queue: { filter, kind, state },
}: {
  readonly queue: CaseQueue;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { data: lengths = [] } = useApi(
    'GET /suspicion-queues',
    {},
    { refetchInterval: REFRESH_MS },
  );
  const countOf = (each: string): string => {
    const length = lengths.find((queue) => queue.kind === each);
    if (!length) return '';
    return ` ${format.number(length.open)}${length.isMore ? '+' : ''}`;
  };
  return (
    <Group gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={text('moderation.queue')}
        value={kind ?? ALL}
        onChange={(value) => filter({ kind: KINDS.find((each) => each === value), state })}
        data={[
          { value: ALL, label: text('moderation.queue.all') },
          ...KINDS.map((each) => ({
            value: each,
            label: text(`moderation.queue.${each}`) + countOf(each),
          })),
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label={text('moderation.state')}
        value={state}
        onChange={(value) =>
          filter({ kind, state: STATES.find((each) => each === value) ?? 'open' })
        }
        data={STATES.map((each) => ({ value: each, label: text(`moderation.state.${each}`) }))}
      />
    </Group>
  );
}
