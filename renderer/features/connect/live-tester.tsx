import {
  Alert,
  Badge,
  Code,
  Group,
  Loader,
  Stack,
  Switch,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Since } from '../../ui/since.tsx';
import type { Client } from './recipes.ts';

const POLL_MS = 2000;
const SHOWN_MAX = 10;

type Request = Answer<'GET /connect/requests'>[number];

/** The last requests of one program, looked for again and again. */
export function LiveTester({
  client,
  name,
}: {
  readonly client: Client;
  readonly name: string;
}): ReactElement {
  const text = useText();
  const [isAll, setAll] = useState(false);
  const query = useApi('GET /connect/requests', {}, { refetchInterval: POLL_MS });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>{text('connect.live')}</Title>
        <Switch
          size="xs"
          label={text('connect.live.all')}
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </Group>
      <Loaded query={query} lines={2}>
        {(requests) => {
          const seen = requests.filter((each) => isAll || each.client === client);
          return (
            <>
              <Verdict name={name} newest={seen[0]} />
              {seen.length > 0 && <Requests requests={seen.slice(0, SHOWN_MAX)} />}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}

/** Said aloud as well, for whoever watches the other program. */
function Verdict({
  name,
  newest,
}: {
  readonly name: string;
  readonly newest: Request | undefined;
}): ReactElement {
  const text = useText();
  if (!newest) {
    return (
      <Group gap="sm" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {text('connect.live.waiting', { name })}
        </Text>
      </Group>
    );
  }
  const isGood = ['ok', 'no_match'].includes(newest.outcome);
  return (
    <Alert
      role="status"
      p="sm"
      color={isGood ? 'green' : 'yellow'}
      icon={isGood ? <IconCheck aria-hidden /> : undefined}
    >
      {isGood
        ? text('connect.live.good', { name: newest.application ?? '–' })
        : text('connect.live.bad', { outcome: newest.outcome.replaceAll('_', ' ') })}
    </Alert>
  );
}

function Requests({ requests }: { readonly requests: readonly Request[] }): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('connect.live.when')}</Table.Th>
            <Table.Th>{text('connect.live.request')}</Table.Th>
            <Table.Th>{text('connect.live.application')}</Table.Th>
            <Table.Th>{text('connect.live.outcome')}</Table.Th>
            <Table.Th ta="right">{text('connect.live.took')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {requests.map(({ application, at, id, method, outcome, path, tookMs, userAgent }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Since moment={at} />
              </Table.Td>
              <Table.Td>
                <Code>
                  {method} {path}
                </Code>{' '}
                <Text span size="xs" c="dimmed">
                  {userAgent ?? text('connect.live.silent')}
                </Text>
              </Table.Td>
              <Table.Td>{application ?? '–'}</Table.Td>
              <Table.Td>
                <Badge
                  variant="light"
                  tt="none"
                  miw="fit-content"
                  color={['ok', 'no_match'].includes(outcome) ? 'petrol' : 'red'}
                >
                  {outcome.replaceAll('_', ' ')}
                </Badge>
              </Table.Td>
              <Table.Td ta="right">{format.number(tookMs, 1)} ms</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
