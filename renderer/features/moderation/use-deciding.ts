import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useText } from '../../messages/use-text.ts';
import type { Act, Case } from './act.ts';
import type { Decision } from './decide-cases.tsx';
import type { CaseQueue } from './use-cases.ts';
import { useUndo } from './use-undo.tsx';

/** What the keys u and m are for: cases whose suggested act is one of these. */
const UNLINKS: readonly Act['kind'][] = ['link_disable'];
const MERGES: readonly Act['kind'][] = ['track_merge', 'meta_merge'];

export interface Deciding {
  /** Ids that were ticked. */
  readonly chosen: ReadonlySet<number>;
  /** The ticked cases that are still there. */
  readonly together: readonly Case[];
  /** What a decision is about: the ticked cases, or else the selected one. */
  readonly concerned: readonly Case[];
  /** The act that is being reviewed. */
  readonly reviewed: Act | undefined;
  readonly decision: Decision | undefined;
  readonly isHelping: boolean;
  readonly choose: (id: number) => void;
  readonly chooseNone: () => void;
  /** Reviews what is suggested, if it is of one of these kinds. */
  readonly review: (kinds?: readonly Act['kind'][]) => void;
  readonly reviewSelected: () => void;
  readonly decide: () => void;
  readonly decideSelected: () => void;
  readonly help: (opened: boolean) => void;
  readonly close: () => void;
  /** Selects the case after those that were decided on. */
  readonly goOn: () => void;
  readonly tellDone: (actId: number, what: string) => void;
}

/** Deciding on the cases of a queue, by mouse and by keys. */
export function useDeciding(queue: CaseQueue): Deciding {
  const text = useText();
  const { rows, select, selected, state } = queue;
  const { tellDone, undoLast } = useUndo();
  const { choose, chooseNone, chosen, together } = useChosen(rows);
  const [reviewed, setReviewed] = useState<Act>();
  const [decision, setDecision] = useState<Decision>();
  const [isHelping, help] = useState(false);
  const concerned = together.length > 0 ? together : selected ? [selected] : [];
  const review = (kinds?: readonly Act['kind'][]): void => {
    if (state !== 'open' || concerned.length === 0) return;
    if (kinds && concerned.some(({ suggested }) => !kinds.includes(suggested.kind))) {
      notifications.show({
        closeButtonProps: { 'aria-label': text('ui.close') },
        color: 'gray',
        message: text('moderation.key.other'),
      });
    } else setReviewed(actOf(concerned));
  };
  const decide = (): void => {
    if (concerned.length === 0 || state === 'resolved') return;
    setDecision(state === 'open' ? 'dismiss' : 'reopen');
  };
  const close = (): void => {
    setReviewed(undefined);
    setDecision(undefined);
  };
  const goOn = (): void => {
    const next = nextOf(rows, concerned);
    if (next) select(next.id);
    chooseNone();
    close();
  };
  useCaseKeys(reviewed !== undefined || decision !== undefined || isHelping, {
    j: () => queue.step(1),
    k: () => queue.step(-1),
    a: () => review(),
    u: () => review(UNLINKS),
    m: () => review(MERGES),
    d: decide,
    x: () => selected && choose(selected.id),
    z: undoLast,
    // With and without the shift key: where it is depends on the keyboard.
    '?': () => help(true),
    'shift+?': () => help(true),
  });
  return {
    chosen,
    together,
    concerned,
    reviewed,
    decision,
    isHelping,
    choose,
    chooseNone,
    review,
    decide,
    help,
    close,
    goOn,
    tellDone,
    reviewSelected: () => {
      chooseNone();
      setReviewed(selected?.suggested);
    },
    decideSelected: () => {
      chooseNone();
      setDecision(state === 'open' ? 'dismiss' : 'reopen');
    },
  };
}

/** The ticked cases of a list; those that have gone from it count no more. */
function useChosen(
  rows: readonly Case[],
): Pick<Deciding, 'chosen' | 'together' | 'choose' | 'chooseNone'> {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  return {
    chosen,
    together: rows.filter(({ id }) => chosen.has(id)),
    chooseNone: () => setChosen(new Set()),
    choose: (id) =>
      setChosen((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
  };
}

/** One act for one case, a bulk for several. */
function actOf(cases: readonly Case[]): Act | undefined {
  const acts = cases.flatMap(({ suggested }) => (suggested.kind === 'bulk' ? [] : [suggested]));
  return acts.length > 1 ? { kind: 'bulk', acts } : acts[0];
}

function nextOf(rows: readonly Case[], decided: readonly Case[]): Case | undefined {
  const ids = new Set(decided.map(({ id }) => id));
  const at = rows.findIndex(({ id }) => ids.has(id));
  return rows.slice(at).find(({ id }) => !ids.has(id)) ?? rows.findLast(({ id }) => !ids.has(id));
}

/** Keys of the page; they rest while a dialog is open, and never fire from a field. */
function useCaseKeys(isResting: boolean, keys: Readonly<Record<string, () => unknown>>): void {
  useHotkeys(isResting ? [] : Object.entries(keys).map(([key, act]) => [key, () => void act()]));
}
