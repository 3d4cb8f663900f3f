import { Button, Group, Modal, Stack, Text as Words, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure } from '../../ui/failure.tsx';
import { CHANGED_BY_ACTS } from './act.ts';

const NOTE_MAX = 2000;

export type Decision = 'dismiss' | 'reopen';

/** Why cases are put aside, or taken up again. */
export function DecideCases({
  decision,
  ids,
  onClose,
  onDecided,
}: {
  readonly decision: Decision | undefined;
  readonly ids: readonly number[];
  readonly onClose: () => void;
  readonly onDecided: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Modal
      opened={decision !== undefined}
      onClose={onClose}
      centered
      title={decision && text(`moderation.${decision}.title`, { count: ids.length })}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {decision && <Reason decision={decision} ids={ids} onClose={onClose} onDecided={onDecided} />}
    </Modal>
  );
}

function Reason({
  decision,
  ids,
  onClose,
  onDecided,
}: {
  readonly decision: Decision;
  readonly ids: readonly number[];
  readonly onClose: () => void;
  readonly onDecided: () => void;
}): ReactElement {
  const text = useText();
  const [note, setNote] = useState('');
  const refreshes = CHANGED_BY_ACTS;
  const dismiss = useApiAction('POST /suspicions/dismiss', { refreshes });
  const reopen = useApiAction('POST /suspicions/reopen', { refreshes });
  const decide = decision === 'dismiss' ? dismiss : reopen;
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (note.trim() === '') return;
    decide.mutate({ body: { ids: [...ids], note } }, { onSuccess: onDecided });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Words size="sm">{text(`moderation.${decision}.text`)}</Words>
        <TextInput
          label={text('moderation.reason')}
          placeholder={text(`moderation.${decision}.example`)}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={NOTE_MAX}
          required
          data-autofocus
        />
        {decide.error && <Failure error={decide.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {text('ui.cancel')}
          </Button>
          <Button type="submit" loading={decide.isPending} disabled={note.trim() === ''}>
            {text(`moderation.${decision}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
