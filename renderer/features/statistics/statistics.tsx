import { Paper, SimpleGrid, Stack, Text as Words } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { ChartCard } from '../../ui/chart-card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { additionsOf } from './additions.ts';
import { Busiest } from './busiest.tsx';
import { Distribution } from './distribution.tsx';
import { usePeriod } from './period.ts';
import { PeriodPicker } from './period-picker.tsx';
import classes from './statistics.module.css';

const CHART_LINES = 9;

/** What happened, and how much there is. */
export function Component(): ReactElement {
  const text = useText();
  const may = useMay();
  const totals = useApi('GET /statistics/totals', {});
  return (
    <Page
      title={text('stats.title')}
      description={text('stats.description')}
      actions={<PeriodPicker />}
    >
      <Loaded query={totals} lines={2}>
        {({ date, values }) =>
          date === null ? (
            <NothingHere icon={<IconChartBar />} title={text('stats.none.title')}>
              {text('stats.none')}
            </NothingHere>
          ) : (
            <Totals values={values} />
          )
        }
      </Loaded>
      <Lookups />
      <Growth />
      {totals.data?.date && (
        <div className={classes.pair}>
          <Distribution kind="mbids" values={totals.data.values} />
          <Distribution kind="tracks" values={totals.data.values} />
        </div>
      )}
      {may('admin') && <Busiest />}
    </Page>
  );
}

const TOTALS = [
  ['stats.total.tracks', 'track.all'],
  ['stats.total.fingerprints', 'fingerprint.all'],
  ['stats.total.mbids', 'mbid.all'],
  ['stats.total.contributors', 'account.active'],
  ['stats.total.submissions', 'submission.all'],
] as const;

function Totals({
  values,
}: {
  readonly values: Answer<'GET /statistics/totals'>['values'];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <SimpleGrid cols={5} spacing="sm" component="dl" m={0}>
      {TOTALS.map(([label, name]) => (
        <Paper key={name} p="md">
          <Words component="dt" size="sm" c="dimmed">
            {text(label)}
          </Words>
          <Words component="dd" m={0} fz={22} fw={650}>
            {format.number(values[name] ?? 0)}
          </Words>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Lookups(): ReactElement {
  const text = useText();
  const format = useFormat();
  const { period } = usePeriod();
  const query = useApi('GET /statistics/lookups', { query: period });
  return (
    <Loaded query={query} lines={CHART_LINES}>
      {(rows) => {
        const hits = rows.reduce((sum, row) => sum + row.hits, 0);
        const all = rows.reduce((sum, row) => sum + row.hits + row.misses, 0);
        const share = format.percent(all === 0 ? 0 : hits / all);
        return (
          <ChartCard
            title={text('stats.lookups')}
            description={text('stats.lookups.sum', { all: format.number(all), share })}
            fileName={`lookups-${period.from}-${period.to}`}
            days={rows.map(({ date }) => date)}
            series={[
              {
                label: text('stats.lookups.all'),
                values: rows.map((row) => row.hits + row.misses),
              },
              { label: text('stats.lookups.hits'), values: rows.map((row) => row.hits) },
              { label: text('stats.lookups.misses'), values: rows.map((row) => row.misses) },
            ]}
          />
        );
      }}
    </Loaded>
  );
}

const GROWTH = [
  ['stats.total.tracks', 'tracks'],
  ['stats.total.fingerprints', 'fingerprints'],
  ['stats.total.mbids', 'mbids'],
] as const;

function Growth(): ReactElement {
  const text = useText();
  const { period } = usePeriod();
  const query = useApi('GET /statistics/growth', { query: period });
  const days = useMemo(() => query.data?.map(({ date }) => date) ?? [], [query.data]);
  return (
    <Loaded query={query} lines={CHART_LINES}>
      {(rows) => (
        <Stack gap="md">
          <ChartCard
            title={text('stats.additions')}
            description={text('stats.additions.description')}
            fileName={`additions-${period.from}-${period.to}`}
            days={days.slice(1)}
            series={GROWTH.map(([label, key]) => ({
              label: text(label),
              values: additionsOf(rows.map((row) => row[key])),
            }))}
          />
          <ChartCard
            title={text('stats.growth')}
            description={text('stats.growth.description')}
            fileName={`growth-${period.from}-${period.to}`}
            days={days}
            series={GROWTH.map(([label, key]) => ({
              label: text(label),
              values: rows.map((row) => row[key]),
            }))}
          />
        </Stack>
      )}
    </Loaded>
  );
}
