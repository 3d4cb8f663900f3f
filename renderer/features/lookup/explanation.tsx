import { ActionIcon, Anchor, Badge, Paper, Table, Text as Words, Title } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { AlignmentPicture } from './alignment-picture.tsx';
import classes from './lookup.module.css';
import type { Found } from './results.tsx';

export type Candidate = Found['candidates'][number];

const TABLE_HEIGHT = 360;

/** How a lookup came to its answer: every candidate with its numbers and what decided. */
export function Explanation({ found }: { readonly found: Found }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { candidates, settings } = found;
  const [chosenId, setChosenId] = useState(
    candidates.find(({ measured }) => measured)?.fingerprintId,
  );
  const chosen = candidates.find(({ fingerprintId }) => fingerprintId === chosenId);
  return (
    <Paper p="md" component="section" aria-label={text('lookup.explain')}>
      <Title order={2}>{text('lookup.explain')}</Title>
      <Words size="sm" c="dimmed" mb="xs">
        {text('lookup.explain.text', {
          hits: candidates.length,
          tolerance: settings.toleranceSeconds,
          threshold: format.percent(settings.scoreThreshold),
        })}
      </Words>
      {candidates.length > 0 && (
        <Table.ScrollContainer minWidth={720} maxHeight={TABLE_HEIGHT}>
          <Table stickyHeader>
            <Head />
            <Table.Tbody>
              {candidates.map((candidate) => (
                <Row
                  key={candidate.fingerprintId}
                  candidate={candidate}
                  positionSeconds={found.positionSeconds}
                  isChosen={candidate === chosen}
                  onChoose={() => setChosenId(candidate.fingerprintId)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {chosen?.measured && (
        <>
          <Title order={3} mt="md" mb={4}>
            {text('lookup.align', { id: String(chosen.fingerprintId) })}
          </Title>
          <AlignmentPicture measured={chosen.measured} found={found} />
        </>
      )}
    </Paper>
  );
}

function Head(): ReactElement {
  const text = useText();
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th w={40} />
        <Table.Th>{text('lookup.candidate.fingerprint')}</Table.Th>
        <Table.Th ta="right" title={text('lookup.candidate.index.hint')}>
          {text('lookup.candidate.index')}
        </Table.Th>
        <Table.Th ta="right">{text('lookup.length')}</Table.Th>
        <Table.Th ta="right">{text('lookup.candidate.offset')}</Table.Th>
        <Table.Th ta="right">{text('lookup.candidate.overlap')}</Table.Th>
        <Table.Th ta="right" title={text('lookup.candidate.bits.hint')}>
          {text('lookup.candidate.bits')}
        </Table.Th>
        <Table.Th ta="right">{text('lookup.candidate.score')}</Table.Th>
        <Table.Th>{text('lookup.candidate.verdict')}</Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

function Row({
  candidate,
  isChosen,
  onChoose,
  positionSeconds,
}: {
  readonly candidate: Candidate;
  readonly positionSeconds: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { fingerprintId, indexScore, measured, verdict } = candidate;
  const seconds = (value: number): string =>
    text('lookup.seconds', { seconds: format.number(value, 1) });
  const numbers = measured && [
    format.length(measured.lengthSeconds),
    seconds(measured.offsetSeconds),
    seconds(measured.overlap * positionSeconds),
    measured.overlap === 0 ? '–' : format.number(measured.bitErrors / measured.overlap, 1),
    format.percent(measured.score),
  ];
  return (
    <Table.Tr {...(isChosen && { className: classes.chosen })}>
      <Table.Td>
        {measured && (
          <ActionIcon
            variant={isChosen ? 'filled' : 'default'}
            size="sm"
            aria-pressed={isChosen}
            aria-label={text('lookup.candidate.show', { id: String(fingerprintId) })}
            onClick={onChoose}
          >
            <IconChartLine size={14} aria-hidden />
          </ActionIcon>
        )}
      </Table.Td>
      <Table.Td>
        {measured ? (
          <Anchor component={Link} to={paths.track(measured.trackGid)} ff="monospace" fz="sm">
            {fingerprintId}
          </Anchor>
        ) : (
          <Words span ff="monospace" fz="sm">
            {fingerprintId}
          </Words>
        )}
      </Table.Td>
      <Table.Td ta="right">{format.number(indexScore)}</Table.Td>
      {(numbers ?? ['–', '–', '–', '–', '–']).map((value, at) => (
        <Table.Td key={at} ta="right">
          {value}
        </Table.Td>
      ))}
      <Table.Td>
        <Badge variant={verdict === 'match' ? 'light' : 'default'} tt="none" miw="max-content">
          {text(`lookup.verdict.${verdict}`)}
        </Badge>
      </Table.Td>
    </Table.Tr>
  );
}
