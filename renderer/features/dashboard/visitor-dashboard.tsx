import { Anchor, Group, Paper, Stack, Text as Words, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableLine } from '../../ui/copyable.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';

const REFRESH_MS = 5000;

/** What somebody who only uses this wants to know: does it work, and how is it reached. */
export function VisitorDashboard(): ReactElement {
  const text = useText();
  const query = useApi('GET /dashboard/public', {}, { refetchInterval: REFRESH_MS });
  return (
    <Page title={text('dashboard.title')} description={text('dashboard.visitor.description')}>
      <Paper p="lg" component="section" aria-label={text('dashboard.visitor.state')}>
        <Loaded query={query} lines={2}>
          {({ lookupsWork }) => <LookupsWork isSo={lookupsWork} />}
        </Loaded>
      </Paper>
      <Paper p="lg" component="section" aria-label={text('dashboard.visitor.address')}>
        <Stack gap="xs">
          <Title order={2}>{text('dashboard.visitor.address')}</Title>
          <CopyableLine value={`${location.origin}/v2/`} what={text('dashboard.visitor.address')} />
          <Words size="sm">
            <Anchor component={Link} to={paths.connect} inherit>
              {text('dashboard.visitor.connect')}
            </Anchor>{' '}
            ·{' '}
            <Anchor component={Link} to={paths.lookup} inherit>
              {text('dashboard.visitor.lookup')}
            </Anchor>{' '}
            ·{' '}
            <Anchor component={Link} to={paths.tracks} inherit>
              {text('dashboard.visitor.tracks')}
            </Anchor>
          </Words>
        </Stack>
      </Paper>
    </Page>
  );
}

function LookupsWork({ isSo }: { readonly isSo: boolean }): ReactElement {
  const text = useText();
  const Icon = isSo ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap="sm" wrap="nowrap" role="status">
      <Icon size={28} color={`var(--mantine-color-${isSo ? 'green' : 'red'}-filled)`} aria-hidden />
      <div>
        <Title order={2}>
          {text(isSo ? 'dashboard.visitor.works' : 'dashboard.visitor.fails')}
        </Title>
        <Words size="sm" c="dimmed">
          {text(isSo ? 'dashboard.visitor.works.text' : 'dashboard.visitor.fails.text')}
        </Words>
      </div>
    </Group>
  );
}
