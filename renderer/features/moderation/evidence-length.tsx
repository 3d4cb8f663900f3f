import { Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { EvidenceOf } from './evidence.tsx';
import classes from './moderation.module.css';

/** Fingerprints drawn, those most submitted. */
const BARS_MAX = 8;

/** The length of a recording beside those of a track's fingerprints, as bars on one scale. */
export function LengthEvidence({
  evidence,
  fingerprints,
}: {
  readonly evidence: EvidenceOf<'link_length'>;
  readonly fingerprints: readonly { readonly id: number; readonly lengthSeconds: number }[];
}): ReactElement {
  const text = useText();
  const longest = Math.max(evidence.recording_seconds, evidence.longest_seconds);
  const { artist = '', recording_seconds: seconds, title = '' } = evidence;
  return (
    <div className={classes.sides}>
      <section className={classes.side} aria-label={text('moderation.length.recording')}>
        <Words size="xs" c="dimmed">
          {text('moderation.length.recording')}
        </Words>
        <Words fw={600}>{title}</Words>
        <Words size="sm" mb={4}>
          {artist}
        </Words>
        <Bar seconds={seconds} longest={longest} isOther />
      </section>
      <section className={classes.side} aria-label={text('moderation.length.fingerprints')}>
        <Words size="xs" c="dimmed">
          {text('moderation.length.fingerprints')}
        </Words>
        {fingerprints.slice(0, BARS_MAX).map(({ id, lengthSeconds }) => (
          <Bar key={id} name={String(id)} seconds={lengthSeconds} longest={longest} />
        ))}
        {fingerprints.length > BARS_MAX && (
          <Words size="xs" c="dimmed">
            {text('moderation.rows.more', { count: fingerprints.length - BARS_MAX })}
          </Words>
        )}
      </section>
    </div>
  );
}

function Bar({
  isOther = false,
  longest,
  name,
  seconds,
}: {
  readonly seconds: number;
  readonly longest: number;
  readonly name?: string;
  readonly isOther?: boolean;
}): ReactElement {
  const format = useFormat();
  return (
    <div>
      <Words size="xs">
        {name === undefined ? '' : `${name}: `}
        {format.length(seconds)}
      </Words>
      <div className={classes.bar} data-other={isOther || undefined} aria-hidden>
        <span style={{ width: `${(100 * seconds) / longest}%` }} />
      </div>
    </div>
  );
}
