import { Group, Paper, Progress, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { Since } from '../../ui/since.tsx';
import classes from './dashboard.module.css';

type Disk = NonNullable<Answer<'GET /dashboard'>['disk']>;

const PARTS = [
  { part: 'postgres', color: 'petrol' },
  { part: 'index', color: 'violet' },
  { part: 'backups', color: 'orange' },
  { part: 'logs', color: 'green' },
  { part: 'other', color: 'gray' },
] as const satisfies readonly { part: keyof Disk['parts']; color: string }[];

/** How full the disk is, with what, and how long it will last. */
export function DiskCard({ disk }: { readonly disk: Disk | null }): ReactElement {
  const text = useText();
  return (
    <Paper p="md" component="section" aria-label={text('dashboard.disk')}>
      {disk ? (
        <Usage disk={disk} />
      ) : (
        <>
          <Title order={2}>{text('dashboard.disk')}</Title>
          <p className={classes.unknown}>{text('dashboard.unknown')}</p>
        </>
      )}
    </Paper>
  );
}

function Usage({ disk }: { readonly disk: Disk }): ReactElement {
  const text = useText();
  const format = useFormat();
  const taken = disk.totalBytes - disk.freeBytes;
  const elsewhere = Math.max(0, taken - disk.usedBytes);
  const share = (bytes: number): number => (bytes / Math.max(disk.totalBytes, 1)) * 100;
  return (
    <>
      <Group justify="space-between" align="baseline">
        <Title order={2}>{text('dashboard.disk')}</Title>
        <Words size="sm" c="dimmed">
          {text('dashboard.disk.measured')} <Since moment={disk.measured} />
        </Words>
      </Group>
      <Words size="sm" mb="xs">
        {text('dashboard.disk.free', {
          free: format.bytes(disk.freeBytes),
          total: format.bytes(disk.totalBytes),
        })}{' '}
        <Forecast disk={disk} />
      </Words>
      <Progress.Root size="lg" aria-hidden>
        {PARTS.map(({ color, part }) => (
          <Progress.Section
            key={part}
            value={share(disk.parts[part])}
            color={color}
            withAria={false}
          />
        ))}
        <Progress.Section value={share(elsewhere)} color="dark.2" withAria={false} />
      </Progress.Root>
      <dl className={classes.parts}>
        {PARTS.map(({ color, part }) => (
          <div key={part}>
            <dt>
              <span
                className={classes.swatch}
                style={{ background: `var(--mantine-color-${color}-filled)` }}
              />
              {text(`dashboard.disk.${part}`)}
            </dt>
            <dd>{format.bytes(disk.parts[part])}</dd>
          </div>
        ))}
        <div>
          <dt>
            <span
              className={classes.swatch}
              style={{ background: 'var(--mantine-color-dark-2)' }}
            />
            {text('dashboard.disk.elsewhere')}
          </dt>
          <dd>{format.bytes(elsewhere)}</dd>
        </div>
      </dl>
    </>
  );
}

function Forecast({ disk: { forecast } }: { readonly disk: Disk }): ReactElement | null {
  const text = useText();
  const format = useFormat();
  if (!forecast) return null;
  switch (forecast.kind) {
    case 'too_early':
      return <>{text('dashboard.disk.tooEarly')}</>;
    case 'steady':
      return <>{text('dashboard.disk.steady')}</>;
    case 'full':
      return (
        <>
          {text('dashboard.disk.full', {
            weeks: Math.max(1, Math.round(forecast.weeks)),
            rate: format.bytes(forecast.bytesPerWeek),
          })}
        </>
      );
  }
}
