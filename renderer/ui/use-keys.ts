import { useHotkeys } from '@mantine/hooks';
import { createContext, useContext, useEffect, useId } from 'react';
import type { MessageId } from '../messages/messages.ts';

export interface KeyAction {
  /** As people read it and as it is pressed: `j`, `?`, `mod+K`, `Escape`. */
  readonly keys: string;
  readonly label: MessageId;
  /** Left out for a key that something else listens to and that is only told of. */
  readonly run?: () => void;
}

export interface KeyGroup {
  readonly title: MessageId;
  readonly actions: readonly KeyAction[];
}

export interface KeyRegistry {
  readonly add: (id: string, group: KeyGroup) => () => void;
  readonly show: () => void;
}

export const KeysContext = createContext<KeyRegistry>({
  add: () => () => undefined,
  show: () => undefined,
});

/** Opens the sheet of keys. */
export function useShowKeys(): () => void {
  return useContext(KeysContext).show;
}

/**
 * Single keys of a page while it is shown, and their lines on the sheet that `?` opens. `actions`
 * may be new at each render. No key acts in a field, nor behind a dialog.
 */
export function useKeys(title: MessageId, actions: readonly KeyAction[]): void {
  const id = useId();
  const { add } = useContext(KeysContext);
  // What stands on the sheet changes rarely; what the keys do may change with every render.
  const told = actions.map(({ keys, label }) => `${keys} ${label}`).join('\n');
  useEffect(() => add(id, { title, actions }), [add, id, title, told]);
  useHotkeys(
    actions.flatMap(({ keys, run }): [string, () => void][] =>
      run ? [[hotkeyOf(keys), () => isBehindDialog() || run()]] : [],
    ),
  );
}

/** A question mark is typed with shift on the layouts of people, and means what it shows. */
function hotkeyOf(keys: string): string {
  return keys === '?' ? 'shift+?' : keys;
}

function isBehindDialog(): boolean {
  return document.querySelector('[aria-modal="true"]') !== null;
}
