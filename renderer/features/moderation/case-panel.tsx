import {
  Anchor,
  Badge,
  Button,
  Group,
  Kbd,
  Paper,
  Stack,
  Text as Words,
  Title,
} from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableId } from '../../ui/copyable.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Since } from '../../ui/since.tsx';
import { actWords } from './act.ts';
import type { Case } from './act.ts';
import { caseReason } from './case-words.ts';
import { useCaseName } from './case-list.tsx';
import { EvidenceSides } from './evidence.tsx';

/** One case: what it is about, what speaks for it, and what can be done. */
export function CasePanel({
  each,
  onApply,
  onDecide,
}: {
  readonly each: Case;
  readonly onApply: () => void;
  readonly onDecide: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const name = useCaseName(each);
  const detail = useApi('GET /suspicions/:id', { params: { id: each.id } });
  const isOpen = each.state === 'open';
  return (
    <Paper p="md" component="section" aria-label={text('moderation.case', { id: each.id })}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title order={2}>{name}</Title>
            <Words size="sm" c="dimmed">
              {text(`moderation.kind.${each.kind}`)} ·{' '}
              {text('moderation.score', { score: format.percent(each.score) })} ·{' '}
              <Since moment={each.firstSeen} />
            </Words>
          </div>
          {!isOpen && (
            <Badge variant="default" tt="none" fw={500}>
              {text(`moderation.state.${each.state}`)}
            </Badge>
          )}
        </Group>
        <TrackLinks each={each} />
        <Words size="sm">{caseReason(text, format, each)}</Words>
        <Loaded query={detail} lines={4}>
          {/* While the next case loads, what there was is another's. */}
          {(data) => (data.id === each.id ? <EvidenceSides detail={data} /> : <div />)}
        </Loaded>
        {each.note !== null && each.state === 'dismissed' && <Decided each={each} />}
        {each.state !== 'resolved' && (
          <Group justify="space-between" gap="sm">
            <Words size="sm" flex={1} miw="12rem">
              <Words span c="dimmed">
                {text('moderation.suggested')}{' '}
              </Words>
              {actWords(text, each.suggested)}
            </Words>
            <Group gap="xs" wrap="nowrap">
              <Button variant="default" onClick={onDecide} rightSection={<Kbd size="xs">D</Kbd>}>
                {text(isOpen ? 'moderation.dismiss' : 'moderation.reopen')}
              </Button>
              {isOpen && (
                <Button onClick={onApply} rightSection={<Kbd size="xs">A</Kbd>}>
                  {text('moderation.review')}
                </Button>
              )}
            </Group>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function TrackLinks({ each }: { readonly each: Case }): ReactElement {
  const text = useText();
  return (
    <Stack gap={2}>
      {each.tracks.map(({ gid, id }) => (
        <Group key={id} gap="xs">
          <Anchor component={Link} to={paths.track(gid)} size="sm">
            {text('moderation.track', { id })}
          </Anchor>
          <CopyableId value={gid} what={text('moderation.track', { id })} />
        </Group>
      ))}
      {each.mbid !== null && (
        <Group gap="xs">
          <Words size="sm">{text('moderation.recording')}</Words>
          <CopyableId value={each.mbid} what={text('moderation.recording')} />
        </Group>
      )}
    </Stack>
  );
}

function Decided({ each }: { readonly each: Case }): ReactElement {
  const text = useText();
  return (
    <Words size="sm">
      {text('moderation.decided', {
        name: each.decidedBy ?? text('moderation.nobody'),
        note: each.note ?? '',
      })}
    </Words>
  );
}
