import { Progress, Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';

export type Job = Answer<'GET /jobs'>['rows'][number];

/** How far a job is, how fast it goes, how long it will take; afterwards how long it took. */
export function JobProgress({ job }: { readonly job: Job }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { error, finished, progress, started, state } = job;
  if (error !== null) {
    return (
      <Words size="sm" c="red" component="div">
        {error}
      </Words>
    );
  }
  const { current, done, rate, secondsLeft, total, unit = '' } = progress;
  const isBytes = unit === 'bytes';
  const amount = (value: number): string => (isBytes ? format.bytes(value) : format.number(value));
  const parts: string[] = [];
  if (done !== undefined) {
    parts.push(
      total === undefined
        ? text('jobs.progress.so', { done: amount(done), unit: isBytes ? '' : unit })
        : text('jobs.progress.of', {
            done: amount(done),
            total: amount(total),
            unit: isBytes ? '' : unit,
          }),
    );
  }
  if (state === 'running') {
    if (rate !== undefined && rate > 0) {
      parts.push(text('jobs.rate', { rate: amount(Math.round(rate)), unit: isBytes ? '' : unit }));
    }
    if (secondsLeft !== undefined) {
      parts.push(text('jobs.left', { time: format.duration(secondsLeft) }));
    }
  } else if (started !== null && finished !== null) {
    const seconds = (Date.parse(finished) - Date.parse(started)) / 1000;
    parts.push(text('jobs.took', { time: format.duration(seconds) }));
  }
  const share = done !== undefined && total !== undefined && total > 0 ? done / total : undefined;
  return (
    <div>
      {state === 'running' && (
        <Progress
          value={(share ?? 1) * 100}
          animated={share === undefined}
          size="sm"
          mb={4}
          aria-label={`${job.kind} ${job.id}`}
        />
      )}
      <Words size="sm">{parts.map((part) => part.trim()).join(' · ')}</Words>
      {state === 'running' && current !== undefined && (
        <Words size="xs" c="dimmed">
          {current}
        </Words>
      )}
    </div>
  );
}
