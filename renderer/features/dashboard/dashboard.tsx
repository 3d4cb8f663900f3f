import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';
import { useIsLive } from '../../api/events.ts';
import { useMay } from '../../api/session.ts';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { AttentionList } from './attention-list.tsx';
import { DiskCard } from './disk-card.tsx';
import { CorpusCard, DataCard, IndexCard, QueuesCard } from './figures.tsx';
import { LookupsCard } from './lookups-card.tsx';
import { ServiceTiles } from './service-tiles.tsx';
import { VisitorDashboard } from './visitor-dashboard.tsx';

/** What comes by events needs asking less often. */
const REFRESH_LIVE_MS = 5000;
const REFRESH_MS = 2000;

/** How the appliance is; to visitors, whether it works and how to use it. */
export function Component(): ReactElement {
  const may = useMay();
  return may('admin') ? <AdminDashboard /> : <VisitorDashboard />;
}

function AdminDashboard(): ReactElement {
  const text = useText();
  const isLive = useIsLive();
  const query = useApi(
    'GET /dashboard',
    {},
    { refetchInterval: isLive ? REFRESH_LIVE_MS : REFRESH_MS },
  );
  return (
    <Page title={text('dashboard.title')} description={text('dashboard.description')}>
      <Loaded query={query} lines={14}>
        {(dashboard) => (
          <>
            <AttentionList attention={dashboard.attention} />
            <ServiceTiles services={dashboard.services} />
            <LookupsCard seconds={dashboard.seconds} lookups={dashboard.lookups} />
            <SimpleGrid cols={4} spacing="md">
              <QueuesCard queues={dashboard.queues} />
              <CorpusCard corpus={dashboard.corpus} />
              <IndexCard index={dashboard.index} />
              <DataCard data={dashboard.data} />
            </SimpleGrid>
            <DiskCard disk={dashboard.disk} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
