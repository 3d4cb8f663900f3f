import { Button, Group, Paper, ScrollArea, Table, Text as Words, Title } from '@mantine/core';
import { IconDownload, IconPhoto, IconTable } from '@tabler/icons-react';
import type { Icon as TablerIcon } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { useFormat } from '../format/format.ts';
import { useText } from '../messages/use-text.ts';
import { csvOf, saveFile, savePicture } from './download.ts';
import { TimeSeries } from './time-series.tsx';
import type { Series } from './time-series.tsx';

const TABLE_HEIGHT = 300;

/** A chart over days with its table twin, both to be taken home. */
export function ChartCard({
  days,
  description,
  fileName,
  series,
  title,
}: {
  readonly title: string;
  readonly description?: string;
  /** Without an ending. */
  readonly fileName: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
}): ReactElement {
  const text = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isTable, setIsTable] = useState(false);
  const headings = [text('ui.chart.day'), ...series.map(({ label }) => label)];
  const rows = days.map((day, at) => [day, ...series.map(({ values }) => values[at] ?? null)]);
  const saveCsv = (): void =>
    saveFile(`${fileName}.csv`, new Blob([csvOf(headings, rows)], { type: 'text/csv' }));
  const savePng = (): void => {
    if (!canvas.current) return;
    const background = getComputedStyle(document.body).backgroundColor;
    savePicture(`${fileName}.png`, canvas.current, background);
  };
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Title order={2}>{title}</Title>
          {description !== undefined && (
            <Words size="sm" c="dimmed">
              {description}
            </Words>
          )}
        </div>
        <Group gap={4}>
          <Action
            icon={IconTable}
            label={text('ui.chart.table')}
            pressed={isTable}
            onClick={() => setIsTable(!isTable)}
          />
          <Action icon={IconDownload} label="CSV" onClick={saveCsv} />
          <Action icon={IconPhoto} label="PNG" disabled={isTable} onClick={savePng} />
        </Group>
      </Group>
      {isTable ? (
        <Numbers headings={headings} rows={rows} />
      ) : (
        <TimeSeries label={title} days={days} series={series} canvas={canvas} />
      )}
    </Paper>
  );
}

function Action({
  disabled = false,
  icon: Icon,
  label,
  onClick,
  pressed,
}: {
  readonly icon: TablerIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}): ReactElement {
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      disabled={disabled}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

function Numbers({
  headings,
  rows,
}: {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}): ReactElement {
  const format = useFormat();
  return (
    <ScrollArea h={TABLE_HEIGHT} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {headings.map((heading, at) => (
              <Table.Th key={heading} ta={at === 0 ? 'left' : 'right'}>
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...rows].reverse().map(([day, ...values]) => (
            <Table.Tr key={day}>
              <Table.Td>{format.day(String(day))}</Table.Td>
              {values.map((value, at) => (
                <Table.Td key={headings[at + 1]} ta="right">
                  {typeof value === 'number' ? format.number(value) : '–'}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
