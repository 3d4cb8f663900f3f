/** The pages of the menu, in its order, and who sees them there. */
import {
  IconAdjustments,
  IconAffiliate,
  IconApps,
  IconArchive,
  IconChartBar,
  IconColumns2,
  IconGauge,
  IconInbox,
  IconInfoCircle,
  IconListDetails,
  IconPlugConnected,
  IconProgress,
  IconSearch,
  IconTerminal2,
  IconUsers,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { MessageId } from '../messages/messages.ts';
import { paths } from '../paths.ts';

export type PageAccess = 'anyone' | 'user' | 'moderator' | 'admin';

export interface MenuPage {
  readonly label: MessageId;
  readonly path: string;
  readonly icon: Icon;
  readonly access: PageAccess;
}

export interface MenuGroup {
  readonly label: MessageId;
  readonly pages: readonly MenuPage[];
}

const page = (
  label: MessageId,
  path: string,
  icon: Icon,
  access: PageAccess = 'anyone',
): MenuPage => ({ label, path, icon, access });

export const MENU: readonly MenuGroup[] = [
  {
    label: 'nav.group.use',
    pages: [
      page('nav.dashboard', paths.dashboard, IconGauge),
      page('nav.lookup', paths.lookup, IconSearch),
      page('nav.tracks', paths.tracks, IconListDetails),
      page('nav.compare', paths.compareAny, IconColumns2),
      page('nav.connect', paths.connect, IconPlugConnected),
    ],
  },
  {
    label: 'nav.group.data',
    pages: [
      page('nav.moderation', paths.moderation, IconAffiliate, 'moderator'),
      page('nav.submissions', paths.submissions, IconInbox, 'admin'),
      page('nav.statistics', paths.statistics, IconChartBar),
    ],
  },
  {
    label: 'nav.group.operate',
    pages: [
      page('nav.accounts', paths.accounts, IconUsers, 'admin'),
      page('nav.applications', paths.applications, IconApps, 'user'),
      page('nav.jobs', paths.jobs, IconProgress, 'admin'),
      page('nav.logs', paths.logs, IconTerminal2, 'admin'),
      page('nav.backups', paths.backups, IconArchive, 'admin'),
      page('nav.settings', paths.settings, IconAdjustments, 'admin'),
      page('nav.about', paths.about, IconInfoCircle),
    ],
  },
];
