import { Button, Group, Modal, Text as Words } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { ReactElement } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import { useJobName } from './job-name.ts';
import type { Job } from './job-progress.tsx';

type Change = 'pause' | 'resume' | 'cancel' | 'retry';

/** What makes sense in a state; what does not is not offered. */
const OFFERED: Readonly<Record<Job['state'], readonly Change[]>> = {
  queued: ['pause', 'cancel'],
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  failed: ['retry'],
  done: [],
  cancelled: [],
};

/** The buttons of a job. Cancelling gives work up, so it asks first. */
export function JobActions({ job }: { readonly job: Job }): ReactElement {
  const text = useText();
  const nameOf = useJobName();
  const [isAsking, { close, open }] = useDisclosure();
  const change = useApiAction('POST /jobs/:id/:change', { refreshes: ['GET /jobs'] });
  const ask = (to: Change): void => {
    close();
    change.mutate(
      { params: { id: job.id, change: to } },
      {
        onError: (error) => notifications.show({ color: 'red', message: failureText(text, error) }),
      },
    );
  };
  const name = `${nameOf(job.kind)} ${job.id}`;
  return (
    <>
      <Group gap={4} justify="flex-end" wrap="nowrap">
        {OFFERED[job.state].map((each) => (
          <Button
            key={each}
            size="compact-xs"
            variant="default"
            disabled={job.request !== null}
            aria-label={text('jobs.change.of', { change: text(`jobs.change.${each}`), job: name })}
            onClick={() => (each === 'cancel' ? open() : ask(each))}
          >
            {text(`jobs.change.${each}`)}
          </Button>
        ))}
      </Group>
      <Modal opened={isAsking} onClose={close} title={text('jobs.cancel.title')} centered>
        <Words size="sm">{text('jobs.cancel.text')}</Words>
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {text('jobs.cancel.keep')}
          </Button>
          <Button color="red" onClick={() => ask('cancel')}>
            {text('jobs.change.cancel')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
