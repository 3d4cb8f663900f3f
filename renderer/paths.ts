/** Every address of the pages, in one place. */
export const paths = {
  dashboard: '/',
  /** NOTE: `/lookup` is the first version of the public API, which old clients still ask. */
  lookup: '/workbench',
  tracks: '/tracks',
  track: (gid: string) => `/tracks/${gid}`,
  compare: (a: number, b: number) => `/compare/${a}/${b}`,
  compareAny: '/compare',
  moderation: '/moderation',
  moderationLog: '/moderation/log',
  moderationAct: '/moderation/act',
  /**
   * The form of an act of moderation, filled in: `kind`, then what the act names (`track`, `mbid`,
   * `target`, `source`; lists as `sources` and `fingerprints`, with commas).
   */
  act: (fields: Readonly<Record<string, string>>) =>
    `/moderation/act?${new URLSearchParams(fields).toString()}`,
  submissions: '/submissions',
  statistics: '/statistics',
  accounts: '/accounts',
  applications: '/applications',
  jobs: '/jobs',
  logs: '/logs',
  backups: '/backups',
  connect: '/connect',
  settings: '/settings',
  about: '/about',
  login: '/login',
  setup: '/setup',
  welcome: '/welcome',
  profile: '/profile',
} as const;
