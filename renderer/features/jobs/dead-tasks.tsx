import { Button, Paper, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';

const REFRESH_MS = 10_000;

/** Tasks nobody could do; there is nothing here as long as all is well. */
export function DeadTasks(): ReactElement | null {
  const text = useText();
  const format = useFormat();
  const { data: tasks = [] } = useApi('GET /tasks/dead', {}, { refetchInterval: REFRESH_MS });
  const retry = useApiAction('POST /tasks/:id/retry', { refreshes: ['GET /tasks/dead'] });
  if (tasks.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label={text('jobs.dead.title')}>
      <Title order={2}>{text('jobs.dead.title')}</Title>
      <Words size="sm" c="dimmed" mb="xs">
        {text('jobs.dead.text')}
      </Words>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('jobs.dead.task')}</Table.Th>
            <Table.Th>{text('jobs.dead.error')}</Table.Th>
            <Table.Th ta="right">{text('jobs.dead.attempts')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map(({ args, attempts, error, id, name }) => (
            <Table.Tr key={id}>
              <Table.Td>{`${name} ${JSON.stringify(args)}`}</Table.Td>
              <Table.Td>{error}</Table.Td>
              <Table.Td ta="right">{format.number(attempts)}</Table.Td>
              <Table.Td ta="right">
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={text('jobs.dead.retry.of', { task: name })}
                  onClick={() => retry.mutate({ params: { id } })}
                >
                  {text('jobs.dead.retry')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
