import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Text as Words } from '@mantine/core';
import { IconArrowMerge, IconEyeOff, IconSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link, useParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableId } from '../../ui/copyable.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Fingerprints } from './fingerprints.tsx';
import { History } from './history.tsx';
import { OtherIds, UserTexts } from './other-words.tsx';
import { Recordings } from './recordings.tsx';
import { TrackActions } from './track-actions.tsx';

const WAITING_LINES = 14;

export type Track = Answer<'GET /tracks/:gid'>;

/** All that is known about one track. */
export function Component(): ReactElement {
  const text = useText();
  const { gid = '' } = useParams();
  const query = useApi('GET /tracks/:gid', { params: { gid } });
  // While another track loads, the one before must not stand under its address.
  const track = query.isPlaceholderData ? { ...query, data: undefined } : query;
  const [best] = track.data?.recordings ?? [];
  const name = best?.title ?? track.data?.texts[0]?.title ?? text('track.title');
  const artists = best?.title ? best.artists : track.data?.texts[0]?.artist;
  return (
    <Page
      title={name}
      description={artists ?? ''}
      actions={
        track.data && (
          <>
            <TrackActions gid={track.data.gid} />
            <Button
              component={Link}
              to={`${paths.lookup}?track=${track.data.gid}`}
              variant="default"
              leftSection={<IconSearch size={16} aria-hidden />}
            >
              {text('track.lookup')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={track} lines={WAITING_LINES}>
        {(data) => <Details key={data.gid} track={data} />}
      </Loaded>
    </Page>
  );
}

function Details({ track }: { readonly track: Track }): ReactElement {
  const text = useText();
  const { gid, isDisabled, mergedFrom } = track;
  return (
    <>
      {mergedFrom !== null && (
        <Alert icon={<IconArrowMerge aria-hidden />} title={text('track.mergedFrom')}>
          {text('track.mergedFrom.text', { from: mergedFrom, into: gid })}{' '}
          <Anchor component={Link} to={paths.track(gid)} fz="inherit" underline="always">
            {gid}
          </Anchor>
        </Alert>
      )}
      {isDisabled && (
        <Alert color="orange" icon={<IconEyeOff aria-hidden />} title={text('track.disabled')}>
          {text('track.disabled.text')}
        </Alert>
      )}
      <Facts track={track} />
      <Fingerprints track={track} />
      <Recordings track={track} />
      <UserTexts texts={track.texts} />
      <OtherIds track={track} />
      <History gid={gid} />
    </>
  );
}

function Facts({ track }: { readonly track: Track }): ReactElement {
  const text = useText();
  const format = useFormat();
  const facts = [
    ['created', format.day(track.created)],
    ['fingerprints', format.number(track.fingerprintCount)],
    ['submissions', format.number(track.submissionCount)],
    ['recordings', format.number(track.recordings.filter((each) => !each.isDisabled).length)],
  ] as const;
  return (
    <Paper p="md">
      <Group gap="xs" mb="sm">
        <Words size="sm" c="dimmed">
          {text('track.id')}
        </Words>
        <CopyableId value={track.gid} what={text('track.id')} />
      </Group>
      <SimpleGrid cols={4} component="dl" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Words component="dt" size="sm" c="dimmed">
              {text(`track.facts.${name}`)}
            </Words>
            <Words component="dd" m={0} fw={600}>
              {value}
            </Words>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
