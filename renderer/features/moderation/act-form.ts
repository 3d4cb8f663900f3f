import type { Act } from './act.ts';

/** Acts that people do of their own accord, and what each of them names. */
export const FORMS = {
  link_disable: ['track', 'mbid'],
  link_enable: ['track', 'mbid'],
  track_merge: ['target', 'sources'],
  track_split: ['track', 'fingerprints'],
  mbid_merge: ['source', 'target'],
  mbid_disable: ['mbid'],
} as const;

export type FormKind = keyof typeof FORMS;
export type Field = (typeof FORMS)[FormKind][number];
export type Fields = Readonly<Partial<Record<Field, string>>>;

export const FORM_KINDS = Object.keys(FORMS) as FormKind[];

/** The act that a form describes; undefined as long as something is missing. */
export function readAct(kind: FormKind, fields: Fields): Act | undefined {
  const text = (field: Field): string => (fields[field] ?? '').trim();
  if (FORMS[kind].some((field) => text(field) === '')) return undefined;
  switch (kind) {
    case 'link_disable':
    case 'link_enable':
      return { kind, track: readTrack(text('track')), mbid: text('mbid') };
    case 'track_merge':
      return {
        kind,
        target: readTrack(text('target')),
        sources: readList(text('sources')).map(readTrack),
      };
    case 'track_split':
      return {
        kind,
        track: readTrack(text('track')),
        fingerprints: readList(text('fingerprints')).map(Number),
      };
    case 'mbid_merge':
      return { kind, source: text('source'), target: text('target') };
    case 'mbid_disable':
      return { kind, mbid: text('mbid') };
  }
}

/** What is separated by commas or space. */
export function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter((each) => each !== '');
}

/** A track by number or gid; what is neither the server refuses. */
function readTrack(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
