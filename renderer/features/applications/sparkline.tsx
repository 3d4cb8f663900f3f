import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { Application } from './application-table.tsx';
import classes from './applications.module.css';

const WIDTH = 120;
const HEIGHT = 24;
const GAP = 1;

/** Lookups of the last days as bars: hits below, misses above. The number stands beside it. */
export function Sparkline({ days }: { readonly days: Application['days'] }): ReactElement {
  const text = useText();
  const format = useFormat();
  const most = Math.max(1, ...days.map(({ hits, misses }) => hits + misses));
  const step = WIDTH / days.length;
  const lookups = days.reduce((sum, { hits, misses }) => sum + hits + misses, 0);
  const hits = days.reduce((sum, day) => sum + day.hits, 0);
  const label = text('applications.sparkline', {
    lookups: format.number(lookups),
    hits: format.number(hits),
    days: days.length,
  });
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {days.map((day, at) => {
        const hitHeight = (day.hits / most) * HEIGHT;
        const missHeight = (day.misses / most) * HEIGHT;
        const bar = { x: at * step, width: step - GAP };
        return (
          <g key={day.date}>
            <rect {...bar} className={classes.ground} y={HEIGHT - 1} height={1} />
            <rect {...bar} className={classes.hits} y={HEIGHT - hitHeight} height={hitHeight} />
            <rect
              {...bar}
              className={classes.misses}
              y={HEIGHT - hitHeight - missHeight}
              height={missHeight}
            />
          </g>
        );
      })}
    </svg>
  );
}
