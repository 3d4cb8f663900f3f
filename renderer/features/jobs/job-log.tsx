import { Drawer, ScrollArea, Text as Words } from '@mantine/core';
import { useIntl } from 'react-intl';
import type { ReactElement } from 'react';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Loaded } from '../../ui/loaded.tsx';
import classes from './jobs.module.css';
import { useJobName } from './job-name.ts';
import type { Job } from './job-progress.tsx';

const REFRESH_MS = 2000;

/** The lines a job wrote, followed while it runs. */
export function JobLog({
  job,
  onClose,
}: {
  readonly job: Job | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  const nameOf = useJobName();
  return (
    <Drawer
      opened={job !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={job && text('jobs.log.of', { job: `${nameOf(job.kind)} ${job.id}` })}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {job && <Lines job={job} />}
    </Drawer>
  );
}

function Lines({ job }: { readonly job: Job }): ReactElement {
  const text = useText();
  const { formatTime } = useIntl();
  const query = useApi(
    'GET /jobs/:id/log',
    { params: { id: job.id } },
    { refetchInterval: job.state === 'running' ? REFRESH_MS : false },
  );
  return (
    <Loaded query={query}>
      {(lines) =>
        lines.length === 0 ? (
          <Words c="dimmed">{text('jobs.log.none')}</Words>
        ) : (
          <ScrollArea>
            <ol className={classes.log}>
              {lines.map(({ created, id, line }) => (
                <li key={id}>
                  <time dateTime={created}>{formatTime(created, { timeStyle: 'medium' })}</time>
                  {line}
                </li>
              ))}
            </ol>
          </ScrollArea>
        )
      }
    </Loaded>
  );
}
