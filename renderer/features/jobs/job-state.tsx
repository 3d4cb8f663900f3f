import { Badge } from '@mantine/core';
import {
  IconCheck,
  IconClock,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
  IconExclamationMark,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import type { Job } from './job-progress.tsx';

const LOOK = {
  queued: { color: 'gray', icon: IconClock },
  running: { color: 'petrol', icon: IconPlayerPlay },
  paused: { color: 'yellow', icon: IconPlayerPause },
  done: { color: 'green', icon: IconCheck },
  failed: { color: 'red', icon: IconExclamationMark },
  cancelled: { color: 'gray', icon: IconX },
} as const satisfies Record<Job['state'], object>;

/** A job's state in word, sign and colour; or what it was asked to do and has not done yet. */
export function JobState({ job }: { readonly job: Job }): ReactElement {
  const text = useText();
  const { color, icon: Icon } = LOOK[job.state];
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      leftSection={<Icon size={13} color={`var(--mantine-color-${color}-filled)`} aria-hidden />}
    >
      {job.request === null ? text(`jobs.state.${job.state}`) : text(`jobs.asked.${job.request}`)}
    </Badge>
  );
}
