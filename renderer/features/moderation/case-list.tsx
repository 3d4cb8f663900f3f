import { Checkbox, Group, Text as Words, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { Case } from './act.ts';
import { caseGist } from './case-words.ts';
import classes from './moderation.module.css';

/** The cases of a queue, surest first. */
export function CaseList({
  cases,
  chosen,
  onChoose,
  onSelect,
  selected,
}: {
  readonly cases: readonly Case[];
  readonly selected: number | undefined;
  readonly onSelect: (id: number) => void;
  /** Those that are decided on together. */
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (id: number) => void;
}): ReactElement {
  const text = useText();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Whoever walks the list by keys wants to see where they are.
    list.current?.querySelector('[data-selected]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <ul ref={list} className={classes.list} aria-label={text('moderation.cases')}>
      {cases.map((each) => (
        <Row
          key={each.id}
          each={each}
          isSelected={each.id === selected}
          isChosen={chosen.has(each.id)}
          onChoose={() => onChoose(each.id)}
          onSelect={() => onSelect(each.id)}
        />
      ))}
    </ul>
  );
}

function Row({
  each,
  isChosen,
  isSelected,
  onChoose,
  onSelect,
}: {
  readonly each: Case;
  readonly isSelected: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onSelect: () => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const name = useCaseName(each);
  return (
    <li className={classes.row} data-selected={isSelected || undefined}>
      <Checkbox
        size="xs"
        mt={3}
        checked={isChosen}
        onChange={onChoose}
        aria-label={text('moderation.choose', { id: each.id, name })}
      />
      <UnstyledButton
        className={classes.open ?? ''}
        onClick={onSelect}
        aria-current={isSelected || undefined}
      >
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Words size="sm" fw={600} className={classes.line ?? ''}>
            {name}
          </Words>
          <Words size="xs">{format.percent(each.score)}</Words>
        </Group>
        <div className={classes.gist}>
          {text(`moderation.kind.${each.kind}`)} · {caseGist(text, format, each)}
        </div>
      </UnstyledButton>
    </li>
  );
}

/** What a case is about: its first track by title, or by number where nobody knows one. */
export function useCaseName({ tracks: [track] }: Case): string {
  const text = useText();
  if (!track) return text('moderation.track.gone');
  const { artists, id, title } = track;
  if (title === null) return text('moderation.track', { id });
  return artists === null || artists === '' ? title : `${title} – ${artists}`;
}
