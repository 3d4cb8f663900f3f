import { Button, Group, Paper, Stack, Title } from '@mantine/core';
import { IconApps, IconPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useMay } from '../../api/session.ts';
import { useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { KeyKinds } from '../../ui/api-key.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { ApplicationDrawer } from './application-drawer.tsx';
import { ApplicationTable } from './application-table.tsx';
import { OwnKey } from './own-key.tsx';

/** Programs that use the service, with their keys, limits and use. */
export function Component(): ReactElement {
  const text = useText();
  const mayAll = useMay()('admin');
  const [search, change] = useAddress();
  const wanted = search.get('search') ?? '';
  const account = search.get('account') ?? '';
  const { result, rows } = useApiPages('GET /applications', {
    query: { search: wanted, account },
  });
  const create = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => change('application', 'new')}
    >
      {text('applications.new')}
    </Button>
  );
  return (
    <Page
      title={text('applications.title')}
      description={text(mayAll ? 'applications.description.all' : 'applications.description')}
      actions={create}
    >
      <KeyKinds current="application" />
      <Paper p="md">
        <Stack gap="sm">
          <Group gap="sm">
            <SearchField
              label={text('applications.search')}
              value={wanted}
              onChange={(value) => change('search', value)}
            />
            {account !== '' && (
              <Button variant="default" onClick={() => change('account', '')}>
                {text('applications.ofOne', { account })}
              </Button>
            )}
          </Group>
          <Loaded query={result} lines={6}>
            {() =>
              rows.length === 0 ? (
                <NothingHere icon={<IconApps />} title={text('applications.none')} action={create}>
                  {text('applications.none.hint')}
                </NothingHere>
              ) : (
                <ApplicationTable rows={rows} onOpen={(id) => change('application', String(id))} />
              )
            }
          </Loaded>
          <More result={result} />
        </Stack>
      </Paper>
      <Paper p="lg">
        <Title order={2} mb="xs">
          {text('applications.ownKey')}
        </Title>
        <OwnKey />
      </Paper>
      <ApplicationDrawer
        asked={search.get('application')}
        onClose={() => change('application', '')}
      />
    </Page>
  );
}
