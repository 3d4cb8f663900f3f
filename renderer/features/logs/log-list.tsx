import { Paper } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBug,
  IconExclamationMark,
  IconInfoCircle,
} from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactElement, RefObject } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../../messages/use-text.ts';
import classes from './logs.module.css';
import type { LogRow, Logs } from './use-logs.ts';

const ROW_HEIGHT = 26;
const OVERSCAN = 20;
/** So near to the end that new lines are to be followed. */
const NEAR_END = 40;
/** So near to the beginning that older lines are wanted. */
const NEAR_BEGINNING = 400;

const SIGN = {
  debug: { icon: IconBug, color: 'gray' },
  info: { icon: IconInfoCircle, color: 'gray' },
  warn: { icon: IconAlertTriangle, color: 'orange' },
  error: { icon: IconExclamationMark, color: 'red' },
} as const;

/** Lines, the newest at the end; only those in sight are drawn. */
export function LogList({
  isFollowing,
  logs,
  onChoose,
}: {
  readonly logs: Logs;
  readonly isFollowing: boolean;
  readonly onChoose: (row: LogRow) => void;
}): ReactElement {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const { rows } = logs;
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: OVERSCAN,
  });
  // After the list's own effects, which put a new frame at its beginning.
  const scrolled = useFrame(frame, logs, isFollowing);
  return (
    <Paper className={classes.frame} ref={frame} onScroll={scrolled}>
      <div
        role="list"
        aria-label={text('logs.lines')}
        className={classes.lines}
        style={{ height: list.getTotalSize() }}
      >
        {list.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                role="listitem"
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                className={classes.line}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line row={row} onChoose={onChoose} />
              </div>
            )
          );
        })}
      </div>
    </Paper>
  );
}

/** Keeps the frame at the end while it is there, still while lines come in front, and full. */
function useFrame(
  frame: RefObject<HTMLDivElement | null>,
  { hasOlder, loadOlder, rows }: Logs,
  isFollowing: boolean,
): () => void {
  const isAtEnd = useRef(true);
  const first = useRef<string | undefined>(undefined);

  // What comes in front pushes the rest down; the eye must not notice.
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const before = first.current;
    first.current = rows[0]?.id;
    if (before !== undefined && before !== rows[0]?.id && !isAtEnd.current) {
      const added = rows.findIndex(({ id }) => id === before);
      if (added > 0) element.scrollTop += added * ROW_HEIGHT;
    }
    if (isFollowing && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [frame, isFollowing, rows]);

  // A page that does not fill the frame cannot be scrolled for more.
  useEffect(() => {
    const element = frame.current;
    if (element && hasOlder && element.scrollHeight <= element.clientHeight) loadOlder();
  }, [frame, hasOlder, loadOlder, rows]);

  const scrolled = (): void => {
    const element = frame.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    isAtEnd.current = below < NEAR_END;
    if (hasOlder && element.scrollTop < NEAR_BEGINNING) loadOlder();
  };
  return scrolled;
}

function Line({
  onChoose,
  row,
}: {
  readonly row: LogRow;
  readonly onChoose: (row: LogRow) => void;
}): ReactElement {
  const text = useText();
  const { formatDate } = useIntl();
  const { at, fields, level, message, name } = row;
  const { color, icon: Icon } = SIGN[level];
  return (
    <button type="button" className={classes.button} onClick={() => onChoose(row)}>
      <time className={classes.time} dateTime={at ?? ''}>
        {at !== null &&
          formatDate(at, {
            month: '2-digit',
            day: '2-digit',
            hour: '2-digit',
            minute: '2-digit',
            second: '2-digit',
            hourCycle: 'h23',
          })}
      </time>
      <span className={classes.level}>
        <Icon size={15} color={`var(--mantine-color-${color}-filled)`} aria-hidden />
        {text(`logs.level.${level}`)}
      </span>
      <span className={classes.name}>{text(`logs.service.${name}`)}</span>
      <span className={classes.message}>
        {message}{' '}
        <span className={classes.fields}>
          {fields
            .filter((field) => field.name !== 'pid')
            .map((field) => `${field.name}=${field.value}`)
            .join(' ')}
        </span>
      </span>
    </button>
  );
}
