import { Alert, FileButton, Button, Loader, Paper, Text as Words, Title } from '@mantine/core';
import { IconAlertTriangle, IconFileMusic } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DragEvent, ReactElement } from 'react';
import { uploadFile } from '../../api/client.ts';
import { ApiError } from '../../api/errors.ts';
import type { Text } from '../../messages/use-text.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import type { Asked } from './asked.ts';
import classes from './lookup.module.css';

type Fingerprinted = Extract<Asked, { fingerprint: string }>;

/** Takes an audio file, by mouse or by dialogue, and gives what the server hears in it. */
export function DropFile({
  onFingerprint,
}: {
  readonly onFingerprint: (asked: Asked) => void;
}): ReactElement {
  const text = useText();
  const [isOver, setIsOver] = useState(false);
  const listen = useMutation({
    mutationFn: (file: File) => uploadFile<Fingerprinted>('/lookup/audio', file),
    onSuccess: onFingerprint,
  });
  const take = (file: File | null | undefined): void => {
    if (file && !listen.isPending) listen.mutate(file);
  };
  const onDrag = (event: DragEvent, over: boolean): void => {
    event.preventDefault();
    setIsOver(over);
  };
  return (
    <Paper p="md">
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => onDrag(event, true)}
        onDragLeave={(event) => onDrag(event, false)}
        onDrop={(event) => {
          onDrag(event, false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <IconFileMusic size={32} aria-hidden />
        <Title order={2}>{text('lookup.drop')}</Title>
        <Words size="sm" c="dimmed" my="xs">
          {text('lookup.drop.hint')}
        </Words>
        <FileButton onChange={take} accept="audio/*,video/*" disabled={listen.isPending}>
          {(props) => (
            <Button {...props} variant="default" disabled={listen.isPending}>
              {text('lookup.drop.choose')}
            </Button>
          )}
        </FileButton>
      </div>
      <div aria-live="polite">
        {listen.isPending && (
          <Words size="sm" mt="sm" className={classes.text}>
            <Loader size="xs" mr="xs" aria-hidden />
            {text('lookup.drop.reading', { name: listen.variables.name })}
          </Words>
        )}
        {listen.error && <UploadFailure error={listen.error} />}
      </div>
    </Paper>
  );
}

function UploadFailure({ error }: { readonly error: Error }): ReactElement {
  const text = useText();
  const isFpcalc = isMissingProgram(error);
  return (
    <Alert
      mt="sm"
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={text(isFpcalc ? 'lookup.fpcalc' : 'ui.error.title')}
    >
      {isFpcalc ? text('lookup.fpcalc.text') : reasonOf(text, error)}
    </Alert>
  );
}

function isMissingProgram(error: Error): boolean {
  return error instanceof ApiError && error.kind === 'unavailable' && error.message === 'fpcalc';
}

function reasonOf(text: Text, error: Error): string {
  if (!(error instanceof ApiError)) return failureText(text, error);
  const { kind, message } = error;
  if (kind === 'refused') {
    return message === 'too_large'
      ? text('lookup.large')
      : text('lookup.unreadable', { reason: message });
  }
  if (kind === 'too_many_attempts') return text('lookup.busy');
  return kind === 'not_signed_in' ? text('lookup.signIn') : failureText(text, error);
}
