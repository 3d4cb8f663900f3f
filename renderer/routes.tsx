/** Every page and what it needs. Each is loaded when it is first opened. */
import type { QueryClient } from '@tanstack/react-query';
import { createBrowserRouter } from 'react-router';
import type { RouteObject } from 'react-router';
import { requiring } from './api/session.ts';
import type { Access } from './api/session.ts';
import { Frame } from './layout/frame.tsx';
import { Broken, Lost } from './layout/lost.tsx';
import { fetchPage } from './layout/outdated-page.ts';
import { Waiting } from './ui/loaded.tsx';
import { paths } from './paths.ts';

/** Makes the router; loaders share the cache of the pages. */
export function createRouter(queryClient: QueryClient): ReturnType<typeof createBrowserRouter> {
  const page = (
    path: string,
    access: Access,
    load: () => Promise<{ Component: React.ComponentType }>,
  ): RouteObject => ({
    path,
    lazy: () => fetchPage(load),
    loader: requiring(queryClient, access),
  });
  return createBrowserRouter([
    {
      element: <Frame />,
      errorElement: <Broken />,
      hydrateFallbackElement: <Waiting lines={3} />,
      children: [
        {
          errorElement: <Broken />,
          children: [
            page(paths.logs, 'admin', () => import('./features/logs/logs.tsx')),
            page(paths.dashboard, 'anyone', () => import('./features/dashboard/dashboard.tsx')),
            page(paths.login, 'anyone', () => import('./features/session/login.tsx')),
            page(paths.setup, 'anyone', () => import('./features/session/setup.tsx')),
            page(paths.profile, 'user', () => import('./features/session/profile.tsx')),
            page(paths.lookup, 'anyone', () => import('./features/lookup/lookup.tsx')),
            page(paths.tracks, 'anyone', () => import('./features/tracks/tracks.tsx')),
            page(paths.track(':gid'), 'anyone', () => import('./features/tracks/track.tsx')),
            page(paths.compareAny, 'anyone', () => import('./features/compare/compare.tsx')),
            page('/compare/:a/:b', 'anyone', () => import('./features/compare/compare.tsx')),
            page(paths.statistics, 'anyone', () => import('./features/statistics/statistics.tsx')),
            page(paths.jobs, 'admin', () => import('./features/jobs/jobs.tsx')),
            page(paths.backups, 'admin', () => import('./features/backups/backups.tsx')),
            page(paths.accounts, 'admin', () => import('./features/accounts/accounts.tsx')),
            page(
              paths.applications,
              'user',
              () => import('./features/applications/applications.tsx'),
            ),
            page(paths.connect, 'anyone', () => import('./features/connect/connect.tsx')),
            page(paths.settings, 'admin', () => import('./features/settings/settings.tsx')),
            page(paths.about, 'anyone', () => import('./features/about/about.tsx')),
            page(paths.welcome, 'admin', () => import('./features/welcome/welcome.tsx')),
            page(
              paths.moderation,
              'moderator',
              () => import('./features/moderation/moderation.tsx'),
            ),
            page(paths.moderationLog, 'moderator', () => import('./features/moderation/log.tsx')),
            page(
              paths.moderationAct,
              'moderator',
              () => import('./features/moderation/act-page.tsx'),
            ),
            page(
              paths.submissions,
              'admin',
              () => import('./features/submissions/submissions.tsx'),
            ),
            { path: '*', element: <Lost /> },
          ],
        },
      ],
    },
  ]);
}
