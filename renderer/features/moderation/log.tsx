import {
  Badge,
  Button,
  Group,
  Paper,
  Select,
  Table,
  Text as Words,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHistory, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { useApi, useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure } from '../../ui/failure.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Since } from '../../ui/since.tsx';
import { listedWords } from './act.ts';
import type { ListedAct } from './act.ts';
import { ActDrawer } from './act-drawer.tsx';

const ACTS = [
  'link_disable',
  'link_enable',
  'track_merge',
  'track_split',
  'mbid_merge',
  'mbid_disable',
  'meta_merge',
  'bulk',
  'undo',
] as const;
const TYPED_MS = 300;

/** Every act that was done, newest first, and taking them back. */
export function Component(): ReactElement {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string | null): void =>
    setSearch(
      (before) => {
        if (value === null || value === '') before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  const kind = ACTS.find((each) => each === search.get('kind'));
  const account = search.get('account') ?? undefined;
  const undone =
    search.get('undone') === '1' ? '1' : search.get('undone') === '0' ? '0' : undefined;
  const q = search.get('q') ?? undefined;
  const { result, rows } = useApiPages('GET /acts', { query: { kind, account, undone, q } });
  const shown = Number(search.get('act')) || undefined;
  return (
    <Page title={text('moderation.log')} description={text('moderation.log.description')}>
      <Filters search={search} onSet={set} />
      {result.isPending && <Waiting lines={6} />}
      {result.error && rows.length === 0 && (
        <Failure error={result.error} onRetry={() => void result.refetch()} />
      )}
      {result.isSuccess && rows.length === 0 && (
        <NothingHere icon={<IconHistory />} title={text('moderation.log.none')}>
          {text('moderation.log.none.text')}
        </NothingHere>
      )}
      {rows.length > 0 && <ActTable acts={rows} onShow={(id) => set('act', String(id))} />}
      <More result={result} />
      <ActDrawer
        id={shown}
        onShow={(id) => set('act', String(id))}
        onClose={() => set('act', null)}
      />
    </Page>
  );
}

function Filters({
  onSet,
  search,
}: {
  readonly search: URLSearchParams;
  readonly onSet: (name: string, value: string | null) => void;
}): ReactElement {
  const text = useText();
  const { data: accounts = [] } = useApi('GET /act-accounts', {});
  const [typed, setTyped] = useState(search.get('q') ?? '');
  const setLater = useDebouncedCallback((value: string) => onSet('q', value), TYPED_MS);
  return (
    <Group gap="xs" align="flex-end">
      <Select
        size="xs"
        label={text('moderation.log.kind')}
        placeholder={text('moderation.log.any')}
        clearable
        value={search.get('kind')}
        onChange={(value) => onSet('kind', value)}
        data={ACTS.map((each) => ({ value: each, label: text(`moderation.log.kind.${each}`) }))}
      />
      <Select
        size="xs"
        label={text('moderation.log.account')}
        placeholder={text('moderation.log.any')}
        clearable
        value={search.get('account')}
        onChange={(value) => onSet('account', value)}
        data={accounts.map(({ id, name }) => ({ value: String(id), label: name }))}
      />
      <Select
        size="xs"
        label={text('moderation.log.state')}
        placeholder={text('moderation.log.any')}
        clearable
        value={search.get('undone')}
        onChange={(value) => onSet('undone', value)}
        data={[
          { value: '0', label: text('moderation.log.stands') },
          { value: '1', label: text('moderation.log.undone') },
        ]}
      />
      <TextInput
        size="xs"
        label={text('moderation.log.note')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={typed}
        maxLength={100}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setLater(event.currentTarget.value);
        }}
      />
    </Group>
  );
}

function ActTable({
  acts,
  onShow,
}: {
  readonly acts: readonly ListedAct[];
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  return (
    <Paper p="md">
      <Table aria-label={text('moderation.log')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">{text('moderation.log.id')}</Table.Th>
            <Table.Th>{text('moderation.log.what')}</Table.Th>
            <Table.Th>{text('moderation.log.note')}</Table.Th>
            <Table.Th>{text('moderation.log.account')}</Table.Th>
            <Table.Th>{text('moderation.log.when')}</Table.Th>
            <Table.Th>{text('moderation.log.state')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {acts.map((act) => (
            <Table.Tr key={act.id}>
              <Table.Td ta="right">{act.id}</Table.Td>
              <Table.Td>{listedWords(text, act)}</Table.Td>
              <Table.Td>
                <Words size="sm" lineClamp={2}>
                  {act.note}
                </Words>
              </Table.Td>
              <Table.Td>{act.account?.name ?? text('moderation.nobody')}</Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Since moment={act.created} />
              </Table.Td>
              <Table.Td>
                <Badge variant="default" tt="none" fw={500} miw="max-content">
                  {text(
                    act.undoneBy === null ? 'moderation.log.stands' : 'moderation.log.undone.by',
                    { id: act.undoneBy ?? 0 },
                  )}
                </Badge>
              </Table.Td>
              <Table.Td ta="right">
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={text('moderation.log.show.of', { id: act.id })}
                  onClick={() => onShow(act.id)}
                >
                  {text('moderation.log.show')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
