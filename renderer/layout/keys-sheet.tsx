import { Kbd, Modal, Stack, Table, Title } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../messages/use-text.ts';
import { KeysContext, useKeys, useShowKeys } from '../ui/use-keys.ts';
import type { KeyGroup } from '../ui/use-keys.ts';

/** Knows the keys of what is on the screen, and shows them on a sheet. */
export function KeysSheet({ children }: { readonly children: ReactNode }): ReactElement {
  const text = useText();
  const [groups, setGroups] = useState<ReadonlyMap<string, KeyGroup>>(new Map());
  const [isOpen, setOpen] = useState(false);
  const add = useCallback((id: string, group: KeyGroup) => {
    setGroups((others) => new Map(others).set(id, group));
    return () => setGroups((others) => new Map([...others].filter(([otherId]) => otherId !== id)));
  }, []);
  const registry = useMemo(() => ({ add, show: () => setOpen(true) }), [add]);
  return (
    <KeysContext value={registry}>
      <GlobalKeys />
      {children}
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={text('keys.title')}
        closeButtonProps={{ 'aria-label': text('ui.close') }}
      >
        <Stack gap="md">
          {[...groups].map(([id, group]) => (
            <Keys key={id} {...group} />
          ))}
        </Stack>
      </Modal>
    </KeysContext>
  );
}

/** Those that work on every page. */
function GlobalKeys(): null {
  const show = useShowKeys();
  useKeys('keys.everywhere', [
    { keys: '?', label: 'keys.title', run: show },
    { keys: 'mod+K', label: 'keys.palette' },
    { keys: '/', label: 'keys.palette' },
    { keys: 'Escape', label: 'keys.escape' },
  ]);
  return null;
}

function Keys({ actions, title }: KeyGroup): ReactElement {
  const text = useText();
  return (
    <section aria-label={text(title)}>
      <Title order={3} mb={4}>
        {text(title)}
      </Title>
      <Table withRowBorders={false} highlightOnHover={false} verticalSpacing={3}>
        <Table.Tbody>
          {actions.map(({ keys, label }) => (
            <Table.Tr key={keys}>
              <Table.Td w={130}>
                {keysOf(keys, text('keys.control')).map((key, at) => (
                  <span key={key}>
                    {at > 0 && ' + '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{text(label)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** The single keys of a combination, as they are written on them. */
function keysOf(keys: string, control: string): string[] {
  const isApple = navigator.userAgent.includes('Mac OS');
  return keys.split('+').map((key) => {
    if (key === 'mod') return isApple ? '⌘' : control;
    if (key === 'Escape') return 'Esc';
    return key;
  });
}
