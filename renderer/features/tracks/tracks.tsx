import { Anchor, Group, Paper, SegmentedControl, Text as Words, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconListDetails, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Failure } from '../../ui/failure.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { TrackTable } from './track-table.tsx';

const PAGE_ROWS = 100;
const TYPING_MS = 250;
const WAITING_LINES = 12;

/** All tracks, and the search for them. */
export function Component(): ReactElement {
  const text = useText();
  const [params] = useSearchParams();
  const q = params.get('q') ?? '';
  const order = params.get('order') === 'submissions' ? 'submissions' : 'newest';
  const { result, rows } = useApiPages('GET /tracks', { query: { q, order, limit: PAGE_ROWS } });
  const isEmpty = result.isSuccess && rows.length === 0;
  return (
    <Page title={text('tracks.title')} description={text('tracks.description')}>
      <Search q={q} order={order} />
      {result.error && rows.length === 0 && (
        <Failure error={result.error} onRetry={() => void result.refetch()} />
      )}
      {result.isPending && (
        <Paper p="md">
          <Waiting lines={WAITING_LINES} />
        </Paper>
      )}
      {isEmpty && (q === '' ? <NoTracks /> : <NothingFound />)}
      {rows.length > 0 && <TrackTable key={`${order} ${q}`} rows={rows} result={result} />}
    </Page>
  );
}

function Search({
  order,
  q,
}: {
  readonly q: string;
  readonly order: 'newest' | 'submissions';
}): ReactElement {
  const text = useText();
  const [, setParams] = useSearchParams();
  const [typed, setTyped] = useState(q);
  const set = (name: string, value: string, fallback: string): void =>
    setParams(
      (params) => {
        const next = new URLSearchParams(params);
        if (value === fallback) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const ask = useDebouncedCallback((value: string) => set('q', value.trim(), ''), TYPING_MS);
  return (
    <Group align="flex-end" gap="sm" role="search">
      <TextInput
        label={text('tracks.search')}
        placeholder={text('tracks.search.hint')}
        type="search"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        maxLength={200}
        flex={1}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          ask(currentTarget.value);
        }}
      />
      <SegmentedControl
        aria-label={text('tracks.order')}
        value={order}
        disabled={q !== ''}
        data={(['newest', 'submissions'] as const).map((value) => ({
          value,
          label: text(`tracks.order.${value}`),
        }))}
        onChange={(value) => set('order', value, 'newest')}
      />
      {order === 'submissions' && q === '' && (
        <Words size="xs" c="dimmed" w="100%">
          {text('tracks.order.hint')}
        </Words>
      )}
    </Group>
  );
}

function NoTracks(): ReactElement {
  const text = useText();
  return (
    <NothingHere
      icon={<IconListDetails />}
      title={text('tracks.none')}
      action={
        <Anchor component={Link} to={paths.connect}>
          {text('tracks.none.do')}
        </Anchor>
      }
    >
      {text('tracks.none.text')}
    </NothingHere>
  );
}

function NothingFound(): ReactElement {
  const text = useText();
  return (
    <NothingHere icon={<IconSearch />} title={text('tracks.nothing')}>
      {text('tracks.nothing.text')}
    </NothingHere>
  );
}
