import { Anchor, VisuallyHidden } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';

/** A recording at musicbrainz.org, in a tab of its own. */
export function MusicBrainzLink({ mbid }: { readonly mbid: string }): ReactElement {
  const text = useText();
  return (
    <Anchor
      href={`https://musicbrainz.org/recording/${encodeURIComponent(mbid)}`}
      target="_blank"
      rel="noopener noreferrer"
      ff="monospace"
      fz="xs"
      title={mbid}
    >
      {mbid.slice(0, 8)}… <IconExternalLink size={12} aria-hidden />
      <VisuallyHidden>{text('ui.musicbrainz.open')}</VisuallyHidden>
    </Anchor>
  );
}
