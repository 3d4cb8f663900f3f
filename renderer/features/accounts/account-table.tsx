import { Anchor, Badge, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Since } from '../../ui/since.tsx';

export type Account = Answer<'GET /accounts/:id'>;

const COLOURS = { admin: 'petrol', moderator: 'indigo', user: 'gray' } as const;

/** Accounts, newest first. */
export function AccountTable({
  onOpen,
  rows,
}: {
  readonly rows: readonly Account[];
  readonly onOpen: (id: number) => void;
}): ReactElement {
  const text = useText();
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">{text('accounts.id')}</Table.Th>
            <Table.Th>{text('accounts.name')}</Table.Th>
            <Table.Th>{text('accounts.right')}</Table.Th>
            <Table.Th>{text('accounts.mbuser')}</Table.Th>
            <Table.Th>{text('accounts.lastLogin')}</Table.Th>
            <Table.Th ta="right">{text('accounts.submissions')}</Table.Th>
            <Table.Th ta="right">{text('accounts.applications')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((account) => (
            <AccountRow key={account.id} account={account} onOpen={() => onOpen(account.id)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function AccountRow({
  account,
  onOpen,
}: {
  readonly account: Account;
  readonly onOpen: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { access, applications, hasPassword, id, lastLogin, mbuser, name, submissions } = account;
  return (
    <Table.Tr>
      <Table.Td ta="right" c="dimmed">
        {id}
      </Table.Td>
      <Table.Td maw={280}>
        <Anchor component="button" ta="left" size="sm" onClick={onOpen}>
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[access]} tt="none" miw="fit-content">
          {text(`accounts.right.${access}`)}
        </Badge>
      </Table.Td>
      <Table.Td maw={200}>{mbuser ?? '–'}</Table.Td>
      <Table.Td>
        {lastLogin === null ? (
          text(hasPassword ? 'accounts.never' : 'accounts.noPassword')
        ) : (
          <Since moment={lastLogin} />
        )}
      </Table.Td>
      <Table.Td ta="right">{format.number(submissions)}</Table.Td>
      <Table.Td ta="right">
        {applications === 0 ? (
          format.number(0)
        ) : (
          <Anchor
            component={Link}
            size="sm"
            to={`${paths.applications}?account=${id}`}
            aria-label={text('accounts.applications.of', { count: applications, name })}
          >
            {format.number(applications)}
          </Anchor>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
