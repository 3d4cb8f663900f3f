import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { Machine } from './disk-step.tsx';

const GIGABYTE = 1e9;

/**
 * Sizes and hours as others measured them, carried forward to everything: estimates, and named so.
 * Of the public data 13 days were measured (17.3 GB loaded in 1.5 hours, 442 GB for all in
 * PostgreSQL), of MusicBrainz the size of its archive.
 */
const CHOICES = [
  { id: 'own', isHere: true, downloadGb: 0, diskGb: 0, hours: 0 },
  { id: 'musicbrainz', isHere: false, downloadGb: 7, diskGb: 0, hours: 0 },
  { id: 'public', isHere: false, downloadGb: 414, diskGb: 490, hours: 35 },
] as const;

/** What there is to look things up in: one's own music now, public data with a later version. */
export function DataStep({ machine }: { readonly machine: Machine }): ReactElement {
  const text = useText();
  const format = useFormat();
  const size = (gigabytes: number): string =>
    gigabytes === 0
      ? '–'
      : text('welcome.data.about', { value: format.bytes(gigabytes * GIGABYTE) });
  return (
    <Stack gap="md">
      <Title order={2}>{text('welcome.data')}</Title>
      <Table.ScrollContainer minWidth={620}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text('welcome.data.what')}</Table.Th>
              <Table.Th ta="right">{text('welcome.data.download')}</Table.Th>
              <Table.Th ta="right">{text('welcome.data.disk')}</Table.Th>
              <Table.Th ta="right">{text('welcome.data.time')}</Table.Th>
              <Table.Th>{text('welcome.data.state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {CHOICES.map(({ diskGb, downloadGb, hours, id, isHere }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Text size="sm" fw={600}>
                    {text(`welcome.data.${id}`)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {text(`welcome.data.${id}.hint`)}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">{size(downloadGb)}</Table.Td>
                <Table.Td ta="right">{size(diskGb)}</Table.Td>
                <Table.Td ta="right">
                  {hours === 0
                    ? '–'
                    : text('welcome.data.about', { value: text('welcome.data.hours', { hours }) })}
                </Table.Td>
                <Table.Td>
                  <Badge
                    variant="light"
                    color={isHere ? 'petrol' : 'gray'}
                    tt="none"
                    miw="fit-content"
                  >
                    {text(isHere ? 'welcome.data.ready' : 'welcome.data.later')}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" c="dimmed" maw={680}>
        {text('welcome.data.note', { free: format.bytes(machine.freeBytes) })}
      </Text>
    </Stack>
  );
}
