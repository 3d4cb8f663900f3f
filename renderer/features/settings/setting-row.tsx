import { Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import type { Text as Translate } from '../../messages/use-text.ts';
import { SettingEditor } from './setting-editor.tsx';
import classes from './settings.module.css';
import type { Setting } from './settings.tsx';

const COLOURS = {
  default: 'gray',
  file: 'petrol',
  start: 'indigo',
  environment: 'indigo',
  'command line': 'indigo',
} as const satisfies Record<Setting['source'], string>;

/** One setting: name, meaning, value in force, where it is from, and how it is changed. */
export function SettingRow({ setting }: { readonly setting: Setting }): ReactElement {
  const text = useText();
  const [isEditing, setEditing] = useState(false);
  const { about, isChangeable, isPending, key, next, origin, secret, source, value } = setting;
  return (
    <div className={classes.row}>
      <div className={classes.meaning}>
        <Code>{key}</Code>
        <Text size="sm" mt={2}>
          {about}
        </Text>
      </div>
      <Stack gap={4} className={classes.value ?? ''}>
        <Group gap="xs">
          <span className={classes.shown}>{showValue(text, setting, value)}</span>
          <Badge
            variant="light"
            size="sm"
            color={COLOURS[source]}
            tt="none"
            miw="fit-content"
            title={origin}
          >
            {text(`settings.source.${source === 'command line' ? 'flag' : source}`)}
          </Badge>
        </Group>
        {isPending && (
          <Text size="xs">
            {text('settings.next', {
              value: secret ? text('settings.secret.new') : showValue(text, setting, next),
            })}
          </Text>
        )}
        {isEditing && <SettingEditor setting={setting} onClose={() => setEditing(false)} />}
      </Stack>
      <div className={classes.act}>
        {isChangeable ? (
          !isEditing && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={text('settings.change.label', { key })}
              onClick={() => setEditing(true)}
            >
              {text('settings.change')}
            </Button>
          )
        ) : (
          <Text size="xs" c="dimmed">
            {text(
              source === 'environment' || source === 'command line'
                ? 'settings.overruled'
                : 'settings.fileOnly',
            )}
          </Text>
        )}
      </div>
    </div>
  );
}

function showValue(text: Translate, setting: Setting, value: Setting['value']): string {
  if (setting.secret) return text(setting.isSet ? 'settings.secret' : 'settings.unset');
  if (value === null) return text('settings.unset');
  if (typeof value === 'boolean') return text(value ? 'settings.yes' : 'settings.no');
  if (typeof value === 'object')
    return value.length === 0 ? text('settings.unset') : value.join(', ');
  return String(value);
}
