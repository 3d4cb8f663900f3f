import { Anchor, Drawer, Group, Stack, Text as Words, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { listedWords } from './act.ts';
import { ActLink } from './act-link.tsx';
import { Changes } from './changes.tsx';
import { UndoAct } from './undo-act.tsx';

/** An act of the log: what it changed, and taking it back. */
export function ActDrawer({
  id,
  onClose,
  onShow,
}: {
  readonly id: number | undefined;
  readonly onClose: () => void;
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={text('moderation.log.act', { id: id ?? 0 })}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {id !== undefined && <Details key={id} id={id} onShow={onShow} />}
    </Drawer>
  );
}

function Details({
  id,
  onShow,
}: {
  readonly id: number;
  readonly onShow: (id: number) => void;
}): ReactElement {
  const query = useApi('GET /acts/:id', { params: { id } });
  return (
    <Loaded query={query} lines={8}>
      {/* While another act loads, the one before is still there. */}
      {(data) => (data.act.id === id ? <Shown data={data} onShow={onShow} /> : <div />)}
    </Loaded>
  );
}

function Shown({
  data,
  onShow,
}: {
  readonly data: Answer<'GET /acts/:id'>;
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { act, tracks } = data;
  return (
    <Stack gap="md">
      <div>
        <Words fw={600}>{listedWords(text, act)}</Words>
        <Words size="sm" c="dimmed">
          {act.account?.name ?? text('moderation.nobody')} · {format.moment(act.created)}
        </Words>
      </div>
      <div>
        <Words size="xs" c="dimmed">
          {text('moderation.log.note')}
        </Words>
        <Words size="sm">{act.note}</Words>
      </div>
      <Group gap="sm">
        {tracks.map((track) => (
          <Anchor key={track.id} component={Link} to={paths.track(track.gid)} size="sm">
            {text('moderation.track', { id: track.id })}
          </Anchor>
        ))}
      </Group>
      <section aria-label={text('moderation.log.changes')}>
        <Title order={3}>{text('moderation.log.changes')}</Title>
        <Changes changes={data.changes} counts={act.counts} truncated={data.truncated} />
      </section>
      {act.undoneBy === null ? (
        <UndoAct act={act} onShow={onShow} />
      ) : (
        <Words size="sm">
          {text('moderation.log.undone')}: <ActLink id={act.undoneBy} onShow={onShow} />
        </Words>
      )}
    </Stack>
  );
}
