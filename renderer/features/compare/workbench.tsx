import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Paper,
  Text as Words,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPhoto, IconTargetArrow, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { savePicture } from '../../ui/download.ts';
import { bitCount } from './bits.ts';
import type { Pair } from './bits.ts';
import type { Comparison } from './comparison.ts';
import classes from './compare.module.css';
import { ErrorTable, Numbers, Ranges } from './numbers.tsx';
import { Picture, useLabels, wholePicture } from './picture.tsx';

const ZOOMS = [1, 2, 3, 4, 6, 8, 12, 16];
const ZOOM_FIRST = 0;
const ADDRESS_MS = 250;

/** The picture of two fingerprints with all that can be done to it, and its numbers. */
export function Workbench({ comparison }: { readonly comparison: Comparison }): ReactElement {
  const text = useText();
  const { pair, setOffset, toBest } = useOffset(comparison);
  const [zoomAt, setZoomAt] = useState(ZOOM_FIRST);
  const [place, setPlace] = useState<number>();
  const canvas = useRef<HTMLCanvasElement>(null);
  // Whole pixels of the screen, whatever its ratio: columns are of one width.
  const zoom = Math.max(1, Math.round((ZOOMS[zoomAt] ?? 1) * devicePixelRatio)) / devicePixelRatio;
  const onZoom = useCallback(
    (steps: number) => setZoomAt((at) => Math.min(ZOOMS.length - 1, Math.max(0, at + steps))),
    [],
  );
  return (
    <>
      <Verdict comparison={comparison} />
      <Paper p="md" component="section" aria-label={text('compare.picture')}>
        <Tools {...{ comparison, onZoom, pair, toBest, zoom, zoomAt }} />
        <Words size="xs" c="dimmed" mb="xs">
          {text('compare.offset.hint')}
        </Words>
        <Picture
          comparison={comparison}
          pair={pair}
          zoom={zoom}
          canvas={canvas}
          onOffset={setOffset}
          onZoom={onZoom}
          onBest={toBest}
          onPoint={setPlace}
        />
        <Readout comparison={comparison} pair={pair} place={place} />
      </Paper>
      <Numbers comparison={comparison} pair={pair} />
      <Ranges comparison={comparison} />
      <ErrorTable comparison={comparison} pair={pair} />
    </>
  );
}

/** The offset is in the address; the best one is not, because it is where one begins. */
function useOffset(comparison: Comparison): {
  readonly pair: Pair;
  readonly setOffset: (offset: number) => void;
  readonly toBest: () => void;
} {
  const { a, b, offset: best } = comparison;
  const [params, setParams] = useSearchParams();
  const within = (wanted: number): number =>
    Math.min(a.hashes.length - 1, Math.max(1 - b.hashes.length, wanted));
  // Its own state, because the address follows a moment later.
  const [offset, setState] = useState(() => {
    const asked = params.get('offset') ?? '';
    return /^-?\d{1,9}$/.test(asked) ? within(Number(asked)) : (best ?? 0);
  });
  const tell = useDebouncedCallback(
    (next: Record<string, string>) => setParams(next, { replace: true, preventScrollReset: true }),
    ADDRESS_MS,
  );
  const pair = useMemo(() => ({ a: a.hashes, b: b.hashes, offset }), [a, b, offset]);
  const setOffset = (wanted: number): void => {
    setState(within(wanted));
    tell({ offset: String(within(wanted)) });
  };
  const toBest = (): void => {
    setState(best ?? 0);
    tell({});
  };
  return { pair, setOffset, toBest };
}

function Verdict({ comparison }: { readonly comparison: Comparison }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { lookupScore, refusal, scoreThreshold } = comparison;
  const isMatch = lookupScore > scoreThreshold;
  return (
    <Alert color={isMatch ? 'petrol' : 'gray'} variant="light">
      {text(isMatch ? 'compare.verdict.match' : 'compare.verdict.differs', {
        score: format.percent(lookupScore),
        threshold: format.percent(scoreThreshold),
      })}
      {refusal !== null && ` ${text(`compare.refusal.${refusal}`)}`}
    </Alert>
  );
}

function Tools({
  comparison,
  onZoom,
  pair,
  toBest,
  zoom,
  zoomAt,
}: {
  readonly comparison: Comparison;
  readonly pair: Pair;
  readonly zoom: number;
  readonly zoomAt: number;
  readonly onZoom: (steps: number) => void;
  readonly toBest: () => void;
}): ReactElement {
  const text = useText();
  const labels = useLabels(comparison);
  const scheme = useComputedColorScheme();
  const save = (): void => {
    const background = getComputedStyle(document.body).backgroundColor;
    const picture = wholePicture({ comparison, pair, zoom }, { labels, scheme });
    savePicture(`fingerprints-${comparison.a.id}-${comparison.b.id}.png`, picture, background);
  };
  return (
    <Group justify="space-between" mb="xs">
      <Title order={2}>{text('compare.picture')}</Title>
      <Group gap={4}>
        <ActionIcon
          variant="default"
          aria-label={text('compare.zoom.out')}
          disabled={zoomAt === 0}
          onClick={() => onZoom(-1)}
        >
          <IconZoomOut size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={text('compare.zoom.in')}
          disabled={zoomAt === ZOOMS.length - 1}
          onClick={() => onZoom(1)}
        >
          <IconZoomIn size={16} aria-hidden />
        </ActionIcon>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconTargetArrow size={15} aria-hidden />}
          onClick={toBest}
        >
          {text('compare.best')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPhoto size={15} aria-hidden />}
          onClick={save}
        >
          {text('compare.png')}
        </Button>
      </Group>
    </Group>
  );
}

/** What lies under the pointer. */
function Readout({
  comparison: { a, b, positionSeconds },
  pair,
  place,
}: {
  readonly comparison: Comparison;
  readonly pair: Pair;
  readonly place: number | undefined;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const left = place === undefined ? undefined : pair.a[place];
  const right = place === undefined ? undefined : pair.b[place - pair.offset];
  const seconds = (position: number): string => format.number(position * positionSeconds, 1);
  return (
    <Words size="sm" c="dimmed" mt="xs" className={classes.readout}>
      {place === undefined || left === undefined || right === undefined
        ? text('compare.readout.none')
        : text('compare.readout', {
            a: seconds(place),
            b: seconds(place - pair.offset),
            idA: String(a.id),
            idB: String(b.id),
            bits: bitCount(left ^ right),
          })}
    </Words>
  );
}
