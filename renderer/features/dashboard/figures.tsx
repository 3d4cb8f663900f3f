import { Paper, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { Since } from '../../ui/since.tsx';
import classes from './dashboard.module.css';

type Dashboard = Answer<'GET /dashboard'>;
type Row = readonly [label: string, value: ReactNode];

/** What waits to be done. */
export function QueuesCard({ queues }: Pick<Dashboard, 'queues'>): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Card
      title={text('dashboard.queues')}
      rows={
        queues && [
          [text('dashboard.queues.pending'), format.number(queues.pending)],
          [text('dashboard.queues.parked'), format.number(queues.parked)],
          [text('dashboard.queues.tasks'), format.number(queues.tasksQueued + queues.tasksRunning)],
          [text('dashboard.queues.dead'), format.number(queues.tasksDead)],
        ]
      }
    />
  );
}

/** How much there is to find. */
export function CorpusCard({ corpus }: Pick<Dashboard, 'corpus'>): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Card
      title={text('dashboard.corpus')}
      rows={
        corpus && [
          [text('dashboard.corpus.tracks'), format.number(corpus.tracks)],
          [text('dashboard.corpus.fingerprints'), format.number(corpus.fingerprints)],
          [text('dashboard.corpus.mbids'), format.number(corpus.mbids)],
        ]
      }
    />
  );
}

/** How the index is made up, and whether it keeps up. */
export function IndexCard({ index }: Pick<Dashboard, 'index'>): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Card
      title={text('dashboard.index')}
      rows={
        index && [
          [text('dashboard.index.documents'), format.number(index.documents)],
          [
            text('dashboard.index.behind'),
            index.behind === 0 ? text('dashboard.index.current') : format.number(index.behind),
          ],
          [text('dashboard.index.segments'), format.number(index.segments)],
          [text('dashboard.index.generation'), format.number(index.generation)],
        ]
      }
    />
  );
}

/** How old what we have is. */
export function DataCard({ data }: Pick<Dashboard, 'data'>): ReactElement {
  const text = useText();
  const format = useFormat();
  const none = text('dashboard.data.none');
  return (
    <Card
      title={text('dashboard.data')}
      rows={
        data && [
          [
            text('dashboard.data.backup'),
            data.newestBackup === null ? none : <Since key="backup" moment={data.newestBackup} />,
          ],
          [
            text('dashboard.data.musicbrainz'),
            data.musicbrainz === null ? none : format.day(data.musicbrainz),
          ],
        ]
      }
    />
  );
}

function Card({
  rows,
  title,
}: {
  readonly title: string;
  /** Null: the part that knows does not answer. */
  readonly rows: readonly Row[] | null;
}): ReactElement {
  const text = useText();
  return (
    <Paper p="md" component="section" aria-label={title} className={classes.tile}>
      <Title order={2} mb={4}>
        {title}
      </Title>
      {rows === null ? (
        <p className={classes.unknown}>{text('dashboard.unknown')}</p>
      ) : (
        <dl className={classes.rows}>
          {rows.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Paper>
  );
}
