import { Alert, Button, Code, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { IconSearch, IconWand } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { AddLimit } from './add-limit.tsx';
import { SettingRow } from './setting-row.tsx';

type Listed = Answer<'GET /settings'>;
export type Setting = Listed['settings'][number];

/** Every setting: what it is, what it is set to, and by whom. */
export function Component(): ReactElement {
  const text = useText();
  const query = useApi('GET /settings', {});
  return (
    <Page
      title={text('settings.title')}
      description={text('settings.description')}
      actions={
        <Button
          component={Link}
          to={paths.welcome}
          variant="default"
          leftSection={<IconWand size={16} aria-hidden />}
        >
          {text('settings.welcome')}
        </Button>
      }
    >
      <Loaded query={query} lines={12}>
        {(listed) => <Settings listed={listed} />}
      </Loaded>
    </Page>
  );
}

function Settings({ listed }: { readonly listed: Listed }): ReactElement {
  const text = useText();
  const [search, change] = useAddress();
  const wanted = search.get('search') ?? '';
  const isOnlySet = search.get('only') === 'set';
  const found = listed.settings.filter(
    (setting) => matches(setting, wanted) && (!isOnlySet || setting.source !== 'default'),
  );
  const pending = listed.settings.filter(({ isPending }) => isPending);
  return (
    <Stack gap="md">
      {listed.problem !== null && (
        <Alert color="red" role="alert" title={text('settings.problem')}>
          {listed.problem}
        </Alert>
      )}
      {pending.length > 0 && <Pending pending={pending} />}
      <Places listed={listed} />
      <Group gap="md">
        <SearchField
          label={text('settings.search')}
          value={wanted}
          onChange={(value) => change('search', value)}
        />
        <Switch
          label={text('settings.onlySet')}
          checked={isOnlySet}
          onChange={(event) => change('only', event.currentTarget.checked ? 'set' : '')}
        />
      </Group>
      {found.length === 0 && (
        <NothingHere icon={<IconSearch />} title={text('settings.none')}>
          {text('settings.none.hint')}
        </NothingHere>
      )}
      {sectionsOf(found).map(([section, settings]) => (
        <Paper key={section} p="lg" component="section" aria-label={section}>
          <Title order={2} mb="xs">
            [{section}]
          </Title>
          {settings.map((setting) => (
            <SettingRow key={setting.key} setting={setting} />
          ))}
          {section === 'rate_limiter' && <AddLimit />}
        </Paper>
      ))}
    </Stack>
  );
}

function Pending({ pending }: { readonly pending: readonly Setting[] }): ReactElement {
  const text = useText();
  const needsAll = pending.some(({ restart }) => restart === 'appliance');
  return (
    <Alert color="yellow" role="status" title={text('settings.pending', { count: pending.length })}>
      {text(needsAll ? 'settings.pending.appliance' : 'settings.pending.server')}{' '}
      {pending.map(({ key }) => (
        <Code key={key}>{key}</Code>
      ))}
    </Alert>
  );
}

/** What no page changes: where the data is, and where it listens. */
function Places({ listed }: { readonly listed: Listed }): ReactElement {
  const text = useText();
  return (
    <Paper p="md">
      <Text size="sm">
        {text('settings.file')} <Code>{listed.file}</Code>
      </Text>
      <Text size="sm" mt={4}>
        {text('settings.dataDir')} <Code>{listed.dataDir}</Code>
      </Text>
      <Text size="xs" c="dimmed" mt="xs">
        {text('settings.order')} {text('settings.places')}
      </Text>
    </Paper>
  );
}

function matches({ about, key }: Setting, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/);
  return words.every((word) => key.includes(word) || about.toLowerCase().includes(word));
}

/** By section, as the file has them; `rate_limiter.ip.192.0.2.7` is of `rate_limiter`. */
function sectionsOf(settings: readonly Setting[]): [string, Setting[]][] {
  const sections = Map.groupBy(settings, ({ key }) => {
    const parts = key.split('.');
    return parts[0] === 'database' && parts.length > 2 ? `database:${parts[1]}` : (parts[0] ?? '');
  });
  return [...sections];
}
