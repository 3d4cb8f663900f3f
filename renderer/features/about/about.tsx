import {
  Anchor,
  Badge,
  Code,
  Group,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { IconApi, IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import classes from './about.module.css';

const SOURCES = ['acoustid', 'musicbrainz', 'chromaprint'] as const;

const ADDRESSES = {
  acoustid: 'https://acoustid.org/',
  musicbrainz: 'https://musicbrainz.org/',
  chromaprint: 'https://acoustid.org/chromaprint',
} as const;

/** What this is made of, what it owes to whom, and whom it speaks to. */
export function Component(): ReactElement {
  const text = useText();
  const query = useApi('GET /about', {});
  return (
    <Page title={text('about.title')} description={text('about.description')}>
      <Loaded query={query} lines={8}>
        {({ outbound, parts, version }) => (
          <SimpleGrid cols={2} spacing="md" className={classes.grid ?? ''}>
            <Stack gap="md">
              <Versions parts={parts} version={version} />
              <Reference />
            </Stack>
            <Stack gap="md">
              <Outbound outbound={outbound} />
              <Sources />
            </Stack>
          </SimpleGrid>
        )}
      </Loaded>
      <Licences />
    </Page>
  );
}

function Versions({
  parts,
  version,
}: Pick<Answer<'GET /about'>, 'parts' | 'version'>): ReactElement {
  const text = useText();
  return (
    <Paper p="lg">
      <Title order={2} mb="sm">
        {text('about.versions')}
      </Title>
      <Table>
        <Table.Tbody>
          {[{ name: 'acoustid-appliance', version }, ...parts].map((part) => (
            <Table.Tr key={part.name}>
              <Table.Th scope="row">{part.name}</Table.Th>
              <Table.Td ta="right">{part.version ?? text('about.noAnswer')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

/** A page of its own: it is there for people without the rest of these pages, too. */
function Reference(): ReactElement {
  const text = useText();
  return (
    <Paper p="lg">
      <Title order={2} mb={4}>
        {text('about.reference')}
      </Title>
      <Text size="sm" mb="xs">
        {text('about.reference.hint')}
      </Text>
      <Group gap="lg">
        <Anchor href="/docs/api" size="sm">
          <Group gap={4} component="span" display="inline-flex">
            <IconApi size={16} aria-hidden /> {text('about.reference')}
          </Group>
        </Anchor>
        <Anchor href="/v2/openapi.json" size="sm">
          OpenAPI (JSON)
        </Anchor>
      </Group>
    </Paper>
  );
}

function Outbound({ outbound }: Pick<Answer<'GET /about'>, 'outbound'>): ReactElement {
  const text = useText();
  return (
    <Paper p="lg">
      <Title order={2} mb={4}>
        {text('about.outbound')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {text('about.outbound.hint')}
      </Text>
      <Table>
        <Table.Tbody>
          {outbound.map(({ id, isOn, target }) => (
            <Table.Tr key={id}>
              <Table.Td>
                {text(`about.outbound.${id}`)}
                {target !== null && (
                  <>
                    {' '}
                    <Code>{target}</Code>
                  </>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Badge variant="light" color={isOn ? 'yellow' : 'gray'} tt="none" miw="fit-content">
                  {text(isOn ? 'about.on' : 'about.off')}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Sources(): ReactElement {
  const text = useText();
  return (
    <Paper p="lg">
      <Title order={2} mb="sm">
        {text('about.sources')}
      </Title>
      <Stack gap="xs">
        {SOURCES.map((source) => (
          <Text key={source} size="sm">
            {text(`about.sources.${source}`)}{' '}
            <Anchor
              underline="always"
              href={ADDRESSES[source]}
              rel="noopener noreferrer"
              target="_blank"
              size="sm"
            >
              {ADDRESSES[source].replace(/^https:\/\/|\/$/g, '')}
              <IconExternalLink size={13} aria-hidden />
            </Anchor>
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}

function Licences(): ReactElement {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const query = useApi('GET /about/licences', {}, { enabled: isOpen });
  return (
    <Paper p="lg">
      <Title order={2} mb={4}>
        {text('about.licences')}
      </Title>
      <Text size="sm">{text('about.licences.own')}</Text>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={classes.summary}>{text('about.licences.others')}</summary>
        {isOpen && (
          <Loaded query={query} lines={10}>
            {({ text: licences }) => (
              <Code
                block
                className={classes.licences ?? ''}
                tabIndex={0}
                role="region"
                aria-label={text('about.licences')}
              >
                {licences}
              </Code>
            )}
          </Loaded>
        )}
      </details>
    </Paper>
  );
}
