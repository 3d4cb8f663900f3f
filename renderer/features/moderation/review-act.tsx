import { Alert, Button, Group, Stack, TextInput, Text as Words } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { callApi } from '../../api/client.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { actWords, CHANGED_BY_ACTS } from './act.ts';
import type { Act, Preview } from './act.ts';
import { Changes } from './changes.tsx';

const NOTE_MAX = 2000;

/** What an act would change, why it is to be done, and doing it. */
export function ReviewAct({
  act,
  onApplied,
  onCancel,
}: {
  readonly act: Act;
  readonly onApplied: (actId: number, what: string) => void;
  readonly onCancel?: () => void;
}): ReactElement {
  const text = useText();
  const [note, setNote] = useState('');
  const preview = useQuery({
    queryKey: ['POST /acts/preview', act],
    queryFn: ({ signal }) => callApi('POST /acts/preview', { body: { act } }, signal),
    // What it would change is only true now.
    staleTime: 0,
    gcTime: 0,
  });
  const apply = useApiAction('POST /acts', { refreshes: CHANGED_BY_ACTS });
  const what = actWords(text, act);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (note.trim() === '' || !preview.data || apply.isPending) return;
    apply.mutate({ body: { act, note } }, { onSuccess: ({ id }) => onApplied(id, what) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Words fw={600}>{what}</Words>
        <Loaded query={preview} lines={3}>
          {(data) => <PreviewOf preview={data} />}
        </Loaded>
        <TextInput
          label={text('moderation.note')}
          description={text('moderation.note.text')}
          placeholder={text(`moderation.note.example.${act.kind}`)}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={NOTE_MAX}
          required
          data-autofocus
        />
        {apply.error && (
          <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />}>
            {failureText(text, apply.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {text('ui.cancel')}
            </Button>
          )}
          <Button
            type="submit"
            loading={apply.isPending}
            disabled={!preview.data || note.trim() === ''}
          >
            {text('moderation.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function PreviewOf({ preview }: { readonly preview: Preview }): ReactElement {
  const text = useText();
  return (
    <section aria-label={text('moderation.preview')} aria-live="polite">
      <Words size="sm" c="dimmed" mb={4}>
        {text('moderation.preview.text', { tracks: preview.tracks.length })}
      </Words>
      <Changes {...preview} />
    </section>
  );
}
