import { Button, Group, Paper, Table, Text as Words, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { csvOf, saveFile } from '../../ui/download.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { usePeriod } from './period.ts';

/** Who used the appliance most: for administrators. */
export function Busiest(): ReactElement {
  const text = useText();
  const { period } = usePeriod();
  const applications = useApi('GET /statistics/applications', { query: period });
  const userAgents = useApi('GET /statistics/user-agents', { query: period });
  const accounts = useApi('GET /statistics/accounts', {});
  return (
    <>
      <Loaded query={applications}>
        {(rows) => (
          <TopList
            title={text('stats.applications')}
            fileName="applications"
            headings={[
              text('stats.application'),
              text('stats.lookups.hits'),
              text('stats.lookups.misses'),
            ]}
            rows={rows.map(({ hits, misses, name, version }) => [
              version === null ? name : `${name} ${version}`,
              hits,
              misses,
            ])}
          />
        )}
      </Loaded>
      <Loaded query={userAgents}>
        {(rows) => (
          <TopList
            title={text('stats.userAgents')}
            description={text('stats.userAgents.description')}
            fileName="programs"
            headings={[text('stats.userAgent'), text('stats.addresses'), text('stats.requests')]}
            rows={rows.map(({ addresses, requests, userAgent }) => [
              userAgent === '' ? text('stats.userAgent.none') : userAgent,
              addresses,
              requests,
            ])}
          />
        )}
      </Loaded>
      <Loaded query={accounts}>
        {(rows) => (
          <TopList
            title={text('stats.accounts')}
            fileName="accounts"
            headings={[text('stats.account'), text('stats.submissions')]}
            rows={rows.map(({ name, submissions }) => [name, submissions])}
          />
        )}
      </Loaded>
    </>
  );
}

function TopList({
  description,
  fileName,
  headings,
  rows,
  title,
}: {
  readonly title: string;
  readonly description?: string;
  readonly fileName: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly [string, ...number[]])[];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const save = (): void =>
    saveFile(`${fileName}.csv`, new Blob([csvOf(headings, rows)], { type: 'text/csv' }));
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2}>{title}</Title>
          {description !== undefined && (
            <Words size="sm" c="dimmed">
              {description}
            </Words>
          )}
        </div>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={rows.length === 0}
          onClick={save}
        >
          CSV
        </Button>
      </Group>
      {rows.length === 0 ? (
        <Words size="sm" c="dimmed">
          {text('stats.list.empty')}
        </Words>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              {headings.map((heading, at) => (
                <Table.Th key={heading} ta={at === 0 ? 'left' : 'right'}>
                  {heading}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([name, ...numbers], at) => (
              <Table.Tr key={at}>
                <Table.Td>{name}</Table.Td>
                {numbers.map((value, column) => (
                  <Table.Td key={headings[column + 1]} ta="right">
                    {format.number(value)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
