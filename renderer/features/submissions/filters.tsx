import { Group, Pill, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import type { SubmissionFilters } from './use-filters.ts';
import { STATES, VERDICTS } from './use-filters.ts';
import { useVerdict } from './submission-state.tsx';

const ALL = 'all';

/** What the list is narrowed to. */
export function Filters({ filters }: { readonly filters: SubmissionFilters }): ReactElement {
  const text = useText();
  const nameOf = useVerdict();
  const { names, query, set } = filters;
  return (
    <Group gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={text('submissions.filter.state')}
        value={query.state ?? ALL}
        onChange={(value) => set({ state: value === ALL ? undefined : value })}
        data={[ALL, ...STATES].map((each) => ({
          value: each,
          label: text(`submissions.state.${each as 'all' | (typeof STATES)[number]}`),
        }))}
      />
      <Select
        size="xs"
        aria-label={text('submissions.filter.verdict')}
        placeholder={text('submissions.filter.verdict')}
        clearable
        value={query.verdict ?? null}
        onChange={(value) => set({ verdict: value ?? undefined })}
        data={VERDICTS.map((each) => ({ value: each, label: nameOf(each) }))}
      />
      <Find filters={filters} />
      {(['account', 'application'] as const).map((each) => {
        if (query[each] === undefined) return null;
        const label = text(`submissions.filter.${each}`, { name: names[each] ?? query[each] });
        return (
          <Pill
            key={each}
            size="md"
            withRemoveButton
            onRemove={() => set({ [each]: undefined, [`${each}Name`]: undefined })}
            removeButtonProps={{
              'aria-label': text('submissions.filter.remove', { filter: label }),
              tabIndex: 0,
              'aria-hidden': false,
            }}
          >
            {label}
          </Pill>
        );
      })}
    </Group>
  );
}

/** One field for a number and for an MBID; taken when it is either. */
function Find({ filters: { query, set } }: { readonly filters: SubmissionFilters }): ReactElement {
  const text = useText();
  const [typed, setTyped] = useState(query.id ?? query.mbid ?? '');
  const [isBad, setBad] = useState(false);
  const find = (): void => {
    const found = readFind(typed);
    setBad(!found);
    if (found) set(found);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find();
      }}
    >
      <TextInput
        size="xs"
        w="19rem"
        aria-label={text('submissions.filter.find')}
        placeholder={text('submissions.filter.find')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={typed}
        error={isBad && text('submissions.filter.find.bad')}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setBad(false);
        }}
        onBlur={find}
        maxLength={36}
      />
    </form>
  );
}

function readFind(typed: string): { id: string | undefined; mbid: string | undefined } | undefined {
  const text = typed.trim();
  if (text === '') return { id: undefined, mbid: undefined };
  if (/^[1-9]\d{0,9}$/.test(text)) return { id: text, mbid: undefined };
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return { id: undefined, mbid: text };
  return undefined;
}
