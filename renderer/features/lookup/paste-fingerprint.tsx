import { Button, Group, NumberInput, Paper, Stack, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import type { Asked } from './asked.ts';
import { readPaste } from './read-paste.ts';

const DURATION_MAX = 32_767;

/** Takes a fingerprint as text; what fpcalc printed fills in the length as well. */
export function PasteFingerprint({
  isBusy,
  onFingerprint,
}: {
  readonly onFingerprint: (asked: Asked) => void;
  readonly isBusy: boolean;
}): ReactElement {
  const text = useText();
  const [pasted, setPasted] = useState('');
  const [duration, setDuration] = useState<number | string>('');
  const change = (value: string): void => {
    const { durationSeconds } = readPaste(value);
    if (durationSeconds !== undefined) setDuration(durationSeconds);
    setPasted(value);
  };
  const { fingerprint } = readPaste(pasted);
  const durationSeconds = typeof duration === 'number' ? duration : 0;
  return (
    <Paper
      p="md"
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        onFingerprint({ fingerprint, durationSeconds });
      }}
    >
      <Stack gap="xs">
        <Title order={2}>{text('lookup.paste')}</Title>
        <Textarea
          label={text('lookup.fingerprint')}
          description={text('lookup.fingerprint.hint')}
          value={pasted}
          onChange={({ currentTarget }) => change(currentTarget.value)}
          rows={3}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          required
        />
        <Group align="flex-end">
          <NumberInput
            label={text('lookup.duration')}
            value={duration}
            onChange={setDuration}
            min={1}
            max={DURATION_MAX}
            allowDecimal={false}
            w={160}
            required
          />
          <Button
            type="submit"
            loading={isBusy}
            disabled={fingerprint === '' || durationSeconds < 1}
          >
            {text('lookup.do')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
