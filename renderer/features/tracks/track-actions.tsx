import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../api/session.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';

/** What moderators can do with a track; each leads to its form, where the changes are shown first. */
export function TrackActions({ gid }: { readonly gid: string }): ReactElement | null {
  const text = useText();
  const may = useMay();
  if (!may('moderator')) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
          {text('track.moderate')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={paths.act({ kind: 'track_merge', target: gid })}>
          {text('track.moderate.merge')}
        </Menu.Item>
        <Menu.Item component={Link} to={paths.act({ kind: 'track_split', track: gid })}>
          {text('track.moderate.split')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Leads to taking a link away, or to putting it back. */
export function LinkAction({
  gid,
  isDisabled,
  mbid,
}: {
  readonly gid: string;
  readonly mbid: string;
  readonly isDisabled: boolean;
}): ReactElement | null {
  const text = useText();
  const may = useMay();
  if (!may('moderator')) return null;
  const kind = isDisabled ? 'link_enable' : 'link_disable';
  const word = text(isDisabled ? 'track.moderate.link' : 'track.moderate.unlink');
  return (
    <Button
      component={Link}
      to={paths.act({ kind, track: gid, mbid })}
      size="compact-xs"
      variant="default"
      aria-label={`${word}: ${mbid}`}
    >
      {word}
    </Button>
  );
}
