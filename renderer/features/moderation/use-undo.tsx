import { Button, Group, Text as Words } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useRef } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import { CHANGED_BY_ACTS } from './act.ts';

const SHOWN_MS = 20_000;

export interface Undoing {
  /** Says that an act is done, with a button that takes it back. */
  readonly tellDone: (actId: number, what: string) => void;
  /** Takes back the act told of last, if it still stands. */
  readonly undoLast: () => void;
}

/** Taking back what was done a moment ago. */
export function useUndo(): Undoing {
  const text = useText();
  const last = useRef<number | undefined>(undefined);
  const { mutate } = useApiAction('POST /acts/:id/undo', { refreshes: CHANGED_BY_ACTS });
  const undo = useCallback(
    (id: number) => {
      notifications.hide(`act-${id}`);
      mutate(
        { params: { id }, body: { note: text('moderation.undo.note') } },
        {
          onSuccess: () => {
            last.current = undefined;
            notifications.show({
              closeButtonProps: { 'aria-label': text('ui.close') },
              color: 'petrol',
              message: text('moderation.undone', { id }),
            });
          },
          onError: (error) =>
            notifications.show({
              closeButtonProps: { 'aria-label': text('ui.close') },
              color: 'red',
              autoClose: SHOWN_MS,
              title: text('moderation.undo.failed', { id }),
              message: failureText(text, error),
            }),
        },
      );
    },
    [mutate, text],
  );
  const tellDone = useCallback(
    (id: number, what: string) => {
      last.current = id;
      notifications.show({
        closeButtonProps: { 'aria-label': text('ui.close') },
        id: `act-${id}`,
        color: 'petrol',
        autoClose: SHOWN_MS,
        title: text('moderation.done', { id }),
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Words size="sm" c="var(--mantine-color-text)">
              {what}
            </Words>
            <Button size="compact-sm" variant="default" flex="none" onClick={() => undo(id)}>
              {text('moderation.undo')}
            </Button>
          </Group>
        ),
      });
    },
    [text, undo],
  );
  const undoLast = useCallback(() => {
    if (last.current === undefined) {
      notifications.show({
        closeButtonProps: { 'aria-label': text('ui.close') },
        color: 'gray',
        message: text('moderation.undo.nothing'),
      });
    } else undo(last.current);
  }, [text, undo]);
  return { tellDone, undoLast };
}
