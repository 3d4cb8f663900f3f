import type { ReactElement } from 'react';

/** Where moderators will find what they can do with a track. Moderation fills it. */
export function TrackActions(_props: { readonly gid: string }): ReactElement | null {
  return null;
}
