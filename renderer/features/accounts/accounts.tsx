import { Button, Group, Paper, SegmentedControl, Stack } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useApiPages } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { KeyKinds } from '../../ui/api-key.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { AccountDrawer } from './account-drawer.tsx';
import { AccountTable } from './account-table.tsx';

const RIGHTS = ['admin', 'moderator', 'user'] as const;

type Right = (typeof RIGHTS)[number];

/** People and scripts: who may do what, and the keys they submit with. */
export function Component(): ReactElement {
  const text = useText();
  const [search, change] = useAddress();
  const wanted = search.get('search') ?? '';
  const right = RIGHTS.find((each) => each === search.get('right'));
  const { result, rows } = useApiPages('GET /accounts', {
    query: { search: wanted, ...(right && { access: right }) },
  });
  return (
    <Page
      title={text('accounts.title')}
      description={text('accounts.description')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => change('account', 'new')}
        >
          {text('accounts.new')}
        </Button>
      }
    >
      <KeyKinds current="user" />
      <Paper p="md">
        <Stack gap="sm">
          <Group gap="sm">
            <SearchField
              label={text('accounts.search')}
              value={wanted}
              onChange={(value) => change('search', value)}
            />
            <RightPicker right={right} onChange={(value) => change('right', value)} />
          </Group>
          <Loaded query={result} lines={8}>
            {() =>
              rows.length === 0 ? (
                <NothingHere icon={<IconUsers />} title={text('accounts.none')}>
                  {text('accounts.none.hint')}
                </NothingHere>
              ) : (
                <AccountTable rows={rows} onOpen={(id) => change('account', String(id))} />
              )
            }
          </Loaded>
          <More result={result} />
        </Stack>
      </Paper>
      <AccountDrawer asked={search.get('account')} onClose={() => change('account', '')} />
    </Page>
  );
}

function RightPicker({
  onChange,
  right,
}: {
  readonly right: Right | undefined;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const text = useText();
  return (
    <SegmentedControl
      aria-label={text('accounts.right')}
      value={right ?? ''}
      onChange={onChange}
      data={['' as const, ...RIGHTS].map((each) => ({
        value: each,
        label: text(`accounts.right.${each === '' ? 'all' : each}`),
      }))}
    />
  );
}
