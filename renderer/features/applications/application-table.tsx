import { Anchor, Badge, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { Sparkline } from './sparkline.tsx';

export type Application = Answer<'GET /applications/:id'>;

/** Applications by name, with what they looked up lately. */
export function ApplicationTable({
  onOpen,
  rows,
}: {
  readonly rows: readonly Application[];
  readonly onOpen: (id: number) => void;
}): ReactElement {
  const text = useText();
  const mayAll = useMay()('admin');
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('applications.name')}</Table.Th>
            <Table.Th>{text('applications.version')}</Table.Th>
            {mayAll && <Table.Th>{text('applications.owner')}</Table.Th>}
            <Table.Th>{text('applications.state')}</Table.Th>
            <Table.Th ta="right">{text('applications.rateLimit')}</Table.Th>
            <Table.Th>{text('applications.lastLookup')}</Table.Th>
            <Table.Th ta="right">{text('applications.lookups')}</Table.Th>
            <Table.Th w={130} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((application) => (
            <ApplicationRow
              key={application.id}
              {...{ application, mayAll }}
              onOpen={() => onOpen(application.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ApplicationRow({
  application,
  mayAll,
  onOpen,
}: {
  readonly application: Application;
  readonly mayAll: boolean;
  readonly onOpen: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { account, active, days, lastLookup, name, rateLimit, version } = application;
  const lookups = days.reduce((sum, { hits, misses }) => sum + hits + misses, 0);
  return (
    <Table.Tr>
      <Table.Td maw={260}>
        <Anchor component="button" ta="left" size="sm" onClick={onOpen}>
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td maw={120}>{version ?? '–'}</Table.Td>
      {mayAll && <Table.Td maw={180}>{account?.name ?? '–'}</Table.Td>}
      <Table.Td>
        <Badge variant="light" color={active ? 'petrol' : 'gray'} tt="none" miw="fit-content">
          {text(active ? 'applications.active' : 'applications.inactive')}
        </Badge>
      </Table.Td>
      <Table.Td ta="right">
        {rateLimit === null
          ? text('applications.rateLimit.default')
          : text('applications.rateLimit.value', { rate: rateLimit })}
      </Table.Td>
      <Table.Td>
        {lastLookup === null ? text('applications.never') : format.day(lastLookup)}
      </Table.Td>
      <Table.Td ta="right">{format.number(lookups)}</Table.Td>
      <Table.Td>
        <Sparkline days={days} />
      </Table.Td>
    </Table.Tr>
  );
}
