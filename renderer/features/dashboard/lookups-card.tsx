import { Group, Paper, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import classes from './dashboard.module.css';

type Dashboard = Answer<'GET /dashboard'>;

const WIDTH = 600;
const HEIGHT = 80;

/** Lookups of the last two minutes: a line, and what they say in numbers. */
export function LookupsCard({
  lookups,
  seconds,
}: Pick<Dashboard, 'lookups' | 'seconds'>): ReactElement {
  const text = useText();
  const format = useFormat();
  const { failures, hitRate, p50Ms, p99Ms, perSecond } = lookups;
  const time = (ms: number | null): string =>
    ms === null ? '–' : text('dashboard.ms', { ms: format.number(ms, ms < 10 ? 1 : 0) });
  const now = seconds.at(-1)?.lookups ?? 0;
  return (
    <Paper p="md" component="section" aria-label={text('dashboard.lookups')}>
      <Group justify="space-between" align="baseline" mb="xs">
        <Title order={2}>{text('dashboard.lookups')}</Title>
        <Words size="sm" c="dimmed">
          {text('dashboard.lookups.window')}
        </Words>
      </Group>
      <div className={classes.lookups}>
        <Line seconds={seconds} label={text('dashboard.lookups.picture')} />
        <dl className={classes.figures}>
          <Figure label={text('dashboard.lookups.now')} value={format.number(now)} />
          <Figure label={text('dashboard.lookups.mean')} value={format.number(perSecond, 1)} />
          <Figure
            label={text('dashboard.lookups.hits')}
            value={hitRate === null ? '–' : format.percent(hitRate)}
          />
          <Figure label={text('dashboard.lookups.p50')} value={time(p50Ms)} />
          <Figure label={text('dashboard.lookups.p99')} value={time(p99Ms)} />
          <Figure label={text('dashboard.lookups.failures')} value={format.number(failures)} />
        </dl>
      </div>
    </Paper>
  );
}

function Figure({
  label,
  value,
}: {
  readonly label: string;
  readonly value: string;
}): ReactElement {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Line({
  label,
  seconds,
}: {
  readonly label: string;
  readonly seconds: Dashboard['seconds'];
}): ReactElement {
  const highest = Math.max(...seconds.map((each) => each.lookups), 1);
  const last = Math.max(seconds.length - 1, 1);
  const points = seconds.map(({ lookups }, at) => {
    const x = (at / last) * WIDTH;
    const y = HEIGHT - 2 - (lookups / highest) * (HEIGHT - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classes.line2m}
      role="img"
      aria-label={label}
    >
      <polyline points={points.join(' ')} fill="none" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
