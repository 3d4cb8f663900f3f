import { Group, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import { PERIODS, usePeriod } from './period.ts';

const OWN = 'own';

/** Chooses the days that are shown. */
export function PeriodPicker(): ReactElement {
  const text = useText();
  const { choose, days, period } = usePeriod();
  return (
    <Group gap="xs" role="group" aria-label={text('stats.range')}>
      <SegmentedControl
        size="xs"
        value={days === undefined ? OWN : String(days)}
        onChange={(value) => choose(value === OWN ? period : { days: Number(value) })}
        data={[
          ...PERIODS.map((each) => ({
            value: String(each),
            label: text(`stats.range.${each}`),
          })),
          { value: OWN, label: text('stats.range.own') },
        ]}
      />
      {days === undefined && (
        <>
          <TextInput
            type="date"
            size="xs"
            aria-label={text('stats.from')}
            value={period.from}
            max={period.to}
            onChange={({ currentTarget: { value } }) => value && choose({ ...period, from: value })}
          />
          <TextInput
            type="date"
            size="xs"
            aria-label={text('stats.to')}
            value={period.to}
            min={period.from}
            onChange={({ currentTarget: { value } }) => value && choose({ ...period, to: value })}
          />
        </>
      )}
    </Group>
  );
}
