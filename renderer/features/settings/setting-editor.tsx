import { Alert, Button, Group, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import type { Setting } from './settings.tsx';

/** Writes one setting into the file, or takes it back; the server says what is wrong with it. */
export function SettingEditor({
  onClose,
  setting,
}: {
  readonly setting: Setting;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  const { isPending, key, source } = setting;
  const [value, setValue] = useState(() => writtenOf(setting));
  const save = useApiAction('PUT /settings/:key', {
    refreshes: ['GET /settings'],
    onDone: onClose,
  });
  const write = (written: string | null): void =>
    save.mutate({ params: { key }, body: { value: written } });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write(value.trim());
      }}
    >
      <SettingInput setting={setting} value={value} onChange={setValue} />
      {save.error && (
        <Alert color="red" role="alert" mt="xs" p="xs">
          {failureText(text, save.error)}
        </Alert>
      )}
      <Group gap="xs" mt="xs">
        <Button size="xs" type="submit" loading={save.isPending}>
          {text('ui.save')}
        </Button>
        {(source === 'file' || isPending) && (
          <Button size="xs" variant="default" onClick={() => write(null)}>
            {text('settings.takeBack')}
          </Button>
        )}
        <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
          {text('ui.cancel')}
        </Button>
      </Group>
    </form>
  );
}

function SettingInput({
  onChange,
  setting,
  value,
}: {
  readonly setting: Setting;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const text = useText();
  const { key, max, min, oneOf, orNone, secret, type } = setting;
  const common = {
    'aria-label': key,
    value,
    autoFocus: true,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (secret) return <PasswordInput {...common} autoComplete="off" />;
  if (type === 'boolean') {
    const data = [
      { value: 'yes', label: text('settings.yes') },
      { value: 'no', label: text('settings.no') },
    ];
    return <NativeSelect {...common} data={data} />;
  }
  if (oneOf) return <NativeSelect {...common} data={oneOf} />;
  const range = min !== null && max !== null ? text('settings.range', { min, max }) : '';
  const none = orNone ? text('settings.orNone') : '';
  const list = type === 'list' ? text('settings.list') : '';
  const description = [range, none, list].filter((part) => part !== '').join(' ');
  return <TextInput {...common} maxLength={1000} description={description} />;
}

/** As it would stand in the file. */
function writtenOf({ next, orNone, secret }: Setting): string {
  if (secret) return '';
  if (next === null) return orNone ? 'none' : '';
  if (typeof next === 'boolean') return next ? 'yes' : 'no';
  return typeof next === 'object' ? next.join(', ') : String(next);
}
