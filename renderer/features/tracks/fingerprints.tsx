import { Anchor, Button, Checkbox, Group, Paper, Table, Text as Words, Title } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import type { Track } from './track.tsx';

/** The fingerprints of a track; two of them can be compared. */
export function Fingerprints({ track }: { readonly track: Track }): ReactElement {
  const text = useText();
  const { fingerprintCount, fingerprints } = track;
  const { choose, chosen } = useChoice(fingerprints.map(({ id }) => id));
  return (
    <Paper p="md" component="section" aria-label={text('track.fingerprints')}>
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2}>{text('track.fingerprints')}</Title>
          <Words size="sm" c="dimmed">
            {fingerprints.length < fingerprintCount
              ? text('track.fingerprints.more', {
                  shown: fingerprints.length,
                  all: fingerprintCount,
                })
              : text(
                  fingerprints.length === 0 ? 'track.fingerprints.none' : 'track.fingerprints.hint',
                )}
          </Words>
        </div>
        <CompareButton chosen={chosen} />
      </Group>
      {fingerprints.length > 0 && (
        <Table.ScrollContainer minWidth={640} maxHeight={420}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={40} />
                <Table.Th>{text('track.fingerprint.id')}</Table.Th>
                <Table.Th ta="right">{text('tracks.column.length')}</Table.Th>
                <Table.Th>{text('track.fingerprint.format')}</Table.Th>
                <Table.Th ta="right">{text('track.fingerprint.bitrate')}</Table.Th>
                <Table.Th ta="right">{text('tracks.column.submissions')}</Table.Th>
                <Table.Th ta="right">{text('tracks.column.created')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {fingerprints.map((fingerprint) => (
                <FingerprintRow
                  key={fingerprint.id}
                  fingerprint={fingerprint}
                  isChosen={chosen.includes(fingerprint.id)}
                  onChoose={() => choose(fingerprint.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}

function CompareButton({ chosen }: { readonly chosen: readonly number[] }): ReactElement {
  const text = useText();
  const [a, b] = chosen;
  if (a === undefined || b === undefined) {
    return (
      <Button variant="default" disabled>
        {text('track.compare.choose')}
      </Button>
    );
  }
  return (
    <Button component={Link} to={paths.compare(a, b)}>
      {text('track.compare')}
    </Button>
  );
}

function FingerprintRow({
  fingerprint,
  isChosen,
  onChoose,
}: {
  readonly fingerprint: Track['fingerprints'][number];
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { bitrate, created, id, lengthSeconds, submissions } = fingerprint;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          checked={isChosen}
          aria-label={text('track.fingerprint.choose', { id: String(id) })}
          onChange={onChoose}
        />
      </Table.Td>
      <Table.Td>
        <Anchor
          component={Link}
          to={`${paths.lookup}?fingerprint=${id}`}
          ff="monospace"
          fz="sm"
          aria-label={text('track.fingerprint.lookup', { id: String(id) })}
        >
          {id}
        </Anchor>
      </Table.Td>
      <Table.Td ta="right">{format.length(lengthSeconds)}</Table.Td>
      <Table.Td>{fingerprint.format ?? '–'}</Table.Td>
      <Table.Td ta="right">
        {bitrate === null ? '–' : text('track.kbps', { rate: bitrate })}
      </Table.Td>
      <Table.Td ta="right">{format.number(submissions)}</Table.Td>
      <Table.Td ta="right">{format.day(created)}</Table.Td>
    </Table.Tr>
  );
}

/** At most two, the latest; kept in the address. */
function useChoice(ids: readonly number[]): {
  readonly chosen: readonly number[];
  readonly choose: (id: number) => void;
} {
  const [params, setParams] = useSearchParams();
  // Its own state, because the address follows a moment later.
  const [chosen, setChosen] = useState(() => {
    const asked = (params.get('compare') ?? '').split(',').map(Number);
    return asked.filter((id) => ids.includes(id)).slice(-2);
  });
  const choose = (id: number): void => {
    const next = chosen.includes(id)
      ? chosen.filter((each) => each !== id)
      : [...chosen, id].slice(-2);
    setChosen(next);
    setParams(next.length === 0 ? {} : { compare: next.join(',') }, {
      replace: true,
      preventScrollReset: true,
    });
  };
  return { chosen, choose };
}
