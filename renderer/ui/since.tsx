import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { useFormat } from '../format/format.ts';

const TICK_MS = 15_000;

/** How long ago, kept true while the page is open; the exact time on hover. */
export function Since({ moment }: { readonly moment: string }): ReactElement {
  const format = useFormat();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={moment} title={format.moment(moment)}>
      {format.ago(moment, nowMs)}
    </time>
  );
}
