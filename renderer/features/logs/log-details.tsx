import { Code, Drawer, Group, Stack, Table, Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import { CopyAction } from '../../ui/copyable.tsx';
import classes from './logs.module.css';
import type { LogRow } from './use-logs.ts';

/** All that one line says, by name. */
export function LogDetails({
  onClose,
  row,
}: {
  readonly row: LogRow | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Drawer
      opened={row !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={text('logs.line')}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {row && <Details row={row} />}
    </Drawer>
  );
}

function Details({ row }: { readonly row: LogRow }): ReactElement {
  const text = useText();
  const pairs = [
    { name: text('logs.at'), value: row.at ?? '–' },
    { name: text('logs.service'), value: text(`logs.service.${row.name}`) },
    { name: text('logs.level'), value: text(`logs.level.${row.level}`) },
    ...row.fields,
  ];
  const whole = [row.message, ...pairs.map(({ name, value }) => `${name}: ${value}`)].join('\n');
  return (
    <Stack gap="sm">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Words fw={600} className={classes.whole}>
          {row.message}
        </Words>
        <CopyAction value={whole} what={text('logs.line')} />
      </Group>
      <Table layout="fixed">
        <Table.Tbody>
          {pairs.map(({ name, value }, at) => (
            <Table.Tr key={`${at} ${name}`}>
              <Table.Th w={150} className={classes.whole}>
                {name}
              </Table.Th>
              <Table.Td>
                <Code block className={classes.value}>
                  {value}
                </Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
