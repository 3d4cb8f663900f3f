import { Button, Group, NumberInput, Paper } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useNavigate } from 'react-router';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';

const ID_MAX = 2_147_483_647;

/** Asks which two fingerprints to compare. */
export function Choose({
  a,
  b,
}: {
  readonly a: number | undefined;
  readonly b: number | undefined;
}): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [ids, setIds] = useState<readonly (number | undefined)[]>([a, b]);
  const set = (at: number, value: number | string): void => {
    const id = typeof value === 'number' ? value : undefined;
    setIds(ids.map((each, index) => (index === at ? id : each)));
  };
  const [first, second] = ids;
  const isReady = first !== undefined && second !== undefined;
  return (
    <Paper
      p="md"
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (isReady) void navigate(paths.compare(first, second));
      }}
    >
      <Group align="flex-end">
        {(['compare.a', 'compare.b'] as const).map((label, at) => (
          <NumberInput
            key={label}
            label={text(label)}
            value={ids[at] ?? ''}
            onChange={(value) => set(at, value)}
            min={1}
            max={ID_MAX}
            allowDecimal={false}
            hideControls
            required
            w={180}
          />
        ))}
        <Button type="submit" disabled={!isReady}>
          {text('compare.do')}
        </Button>
        {isReady && (
          <Button
            variant="default"
            onClick={() => {
              setIds([second, first]);
              void navigate(paths.compare(second, first));
            }}
          >
            {text('compare.swap')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
