import { Alert, Button, Group, Stack, TextInput, Text as Words, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure } from '../../ui/failure.tsx';
import { CHANGED_BY_ACTS } from './act.ts';
import type { ListedAct } from './act.ts';
import { ActLink } from './act-link.tsx';
import { Changes } from './changes.tsx';

type UndoPreview = Answer<'POST /acts/:id/undo/preview'>;

/** Taking an act back: first what that would change, or what keeps it from being taken back. */
export function UndoAct({
  act: { id, kind },
  onShow,
}: {
  readonly act: ListedAct;
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  // To undo an undo is to do the act again.
  const way = kind === 'undo' ? 'redo' : 'undo';
  const preview = useApiAction('POST /acts/:id/undo/preview');
  if (preview.data?.preview) {
    return <Reason id={id} way={way} preview={preview.data.preview} onDone={onShow} />;
  }
  if (preview.data) return <Conflicts conflicts={preview.data.conflicts} onShow={onShow} />;
  return (
    <Stack gap="xs" align="flex-start">
      {preview.error && <Failure error={preview.error} />}
      <Button
        variant="default"
        loading={preview.isPending}
        onClick={() => preview.mutate({ params: { id } })}
      >
        {text(`moderation.${way}.review`)}
      </Button>
    </Stack>
  );
}

function Conflicts({
  conflicts,
  onShow,
}: {
  readonly conflicts: UndoPreview['conflicts'];
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  const acts = [...new Set(conflicts.flatMap(({ act }) => act ?? []))];
  return (
    <Alert
      color="orange"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={text('moderation.undo.conflict')}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Words size="sm">
        {text(acts.length > 0 ? 'moderation.undo.conflict.acts' : 'moderation.undo.conflict.rows')}
      </Words>
      <Group gap="sm" my={4}>
        {acts.map((id) => (
          <ActLink key={id} id={id} onShow={onShow} />
        ))}
      </Group>
      <ul>
        {conflicts.map((conflict) => (
          <li key={`${conflict.table} ${conflict.id}`}>{conflict.text}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Reason({
  id,
  onDone,
  preview,
  way,
}: {
  readonly id: number;
  readonly way: 'undo' | 'redo';
  readonly preview: NonNullable<UndoPreview['preview']>;
  readonly onDone: (id: number) => void;
}): ReactElement {
  const text = useText();
  const [note, setNote] = useState('');
  const undo = useApiAction('POST /acts/:id/undo', { refreshes: CHANGED_BY_ACTS });
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    undo.mutate(
      { params: { id }, body: { note } },
      {
        onSuccess: (done) => {
          notifications.show({
            closeButtonProps: { 'aria-label': text('ui.close') },
            color: 'petrol',
            message: text(way === 'undo' ? 'moderation.undone' : 'moderation.redone', { id }),
          });
          onDone(done.id);
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={3}>{text(`moderation.${way}.changes`)}</Title>
        <Words size="sm" c="dimmed">
          {text('moderation.preview.text', { tracks: preview.tracks.length })}
        </Words>
        <Changes {...preview} />
        <TextInput
          label={text('moderation.reason')}
          placeholder={text(`moderation.${way}.example`)}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={2000}
          required
          data-autofocus
        />
        {undo.error && <Failure error={undo.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={undo.isPending} disabled={note.trim() === ''}>
            {text(`moderation.${way}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
