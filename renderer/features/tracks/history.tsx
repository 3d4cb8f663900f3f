import { Anchor, Paper, Table, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Since } from '../../ui/since.tsx';
import classes from './tracks.module.css';

type Changes = Answer<'GET /tracks/:gid/history'>;

/** Who did what to a track; for those who are signed in. */
export function History({ gid }: { readonly gid: string }): ReactElement {
  const text = useText();
  const isSignedIn = useMay()('user');
  const query = useApi('GET /tracks/:gid/history', { params: { gid } }, { enabled: isSignedIn });
  return (
    <Paper p="md" component="section" aria-label={text('track.history')}>
      <Title order={2} mb="xs">
        {text('track.history')}
      </Title>
      {isSignedIn ? (
        <Loaded query={query} lines={2}>
          {(changes) => <Rows changes={changes} />}
        </Loaded>
      ) : (
        <Anchor component={Link} size="sm" to={`${paths.login}?to=${paths.track(gid)}`}>
          {text('track.history.signIn')}
        </Anchor>
      )}
    </Paper>
  );
}

function Rows({ changes: { changes, merged } }: { readonly changes: Changes }): ReactElement {
  const text = useText();
  if (changes.length + merged.length === 0) {
    return (
      <Words size="sm" c="dimmed">
        {text('track.history.none')}
      </Words>
    );
  }
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(['when', 'who', 'what', 'note'] as const).map((column) => (
              <Table.Th key={column}>{text(`track.history.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ account, created, id, isDisabled, mbid, note }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Since moment={created} />
              </Table.Td>
              <Table.Td>{account ?? text('track.history.nobody')}</Table.Td>
              <Table.Td>
                {text(isDisabled ? 'track.history.disabled' : 'track.history.enabled', { mbid })}
              </Table.Td>
              <Table.Td className={classes.text}>{note ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
          {merged.map(({ gid, updated }) => (
            <Table.Tr key={gid}>
              <Table.Td>{updated === null ? '–' : <Since moment={updated} />}</Table.Td>
              <Table.Td>–</Table.Td>
              <Table.Td>{text('track.history.merged', { gid })}</Table.Td>
              <Table.Td>–</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
