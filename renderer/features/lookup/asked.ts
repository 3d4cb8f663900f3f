import type { Body } from '../../api/client.ts';

/** What is looked up: a pasted fingerprint, or something that is stored. */
export type Asked = Body<'POST /lookup'>;

/** What a link asks for: `?fingerprint=7` or `?track=…`. */
export function readAsked(params: URLSearchParams): Asked | undefined {
  const fingerprint = params.get('fingerprint') ?? '';
  if (/^[1-9]\d{0,9}$/.test(fingerprint)) return { fingerprintId: Number(fingerprint) };
  const trackGid = params.get('track') ?? '';
  return trackGid === '' ? undefined : { trackGid };
}
