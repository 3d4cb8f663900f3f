import { ActionIcon, Code, Group, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';
import classes from './copyable.module.css';

const CONFIRMED_MS = 2000;

/** A button that copies; `what` names it to those who do not see what it stands beside. */
export function CopyAction({
  value,
  what,
}: {
  readonly value: string;
  readonly what: string;
}): ReactElement {
  const text = useText();
  const label = text('ui.copy.label', { what });
  const { copied, copy, error } = useClipboard({ timeout: CONFIRMED_MS });
  const outcome = error ? 'ui.copy.failed' : copied ? 'ui.copied' : 'ui.copy';
  return (
    <Tooltip label={text(outcome)} {...(outcome !== 'ui.copy' && { opened: true })}>
      <ActionIcon
        variant="subtle"
        color={copied ? 'petrol' : 'gray'}
        size="sm"
        aria-label={label}
        onClick={() => copy(value)}
      >
        {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}

/** An id in the middle of a text, whole to those who copy it and short to those who read. */
export function CopyableId({
  short = false,
  value,
  what,
}: {
  readonly value: string;
  readonly what: string;
  readonly short?: boolean;
}): ReactElement {
  return (
    <Group gap={2} wrap="nowrap" display="inline-flex">
      <span className={classes.id} title={value}>
        {short ? `${value.slice(0, 8)}…` : value}
      </span>
      <CopyAction value={value} what={what} />
    </Group>
  );
}

/** A line to be used elsewhere: a command, an address. */
export function CopyableLine({
  value,
  what,
}: {
  readonly value: string;
  readonly what: string;
}): ReactElement {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" className={classes.line}>
      <Code block className={classes.code}>
        {value}
      </Code>
      <CopyAction value={value} what={what} />
    </Group>
  );
}
