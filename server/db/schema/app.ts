/** The app database: accounts, applications, statistics, administration. Kept true by `schema.pg.test.ts`. */
import type { Generated } from 'kysely';
import type { GeneratedJson, GeneratedTimestamp, Json, Timestamp } from './column.ts';

export interface AppDatabase {
  account: AccountTable;
  application: ApplicationTable;
  account_openid: AccountOpenidTable;
  account_google: AccountGoogleTable;
  session: SessionTable;
  stats: StatsTable;
  stats_lookups: StatsLookupsTable;
  stats_lookups_upstream: StatsLookupsUpstreamView;
  stats_user_agents: StatsUserAgentsTable;
  stats_top_accounts: StatsTopAccountsTable;
  setting: SettingTable;
  job: JobTable;
  job_log: JobLogTable;
  task: TaskTable;
  cron_run: CronRunTable;
  counter_flush: CounterFlushTable;
  counted_submissions: CountedSubmissionsTable;
  moderation_act: ModerationActTable;
}

interface AccountTable {
  id: Generated<number>;
  name: string;
  apikey: string;
  mbuser: string | null;
  anonymous: Generated<boolean>;
  created: GeneratedTimestamp;
  lastlogin: Timestamp | null;
  submission_count: Generated<number>;
  application_id: number | null;
  application_version: string | null;
  created_from: string | null;
  is_admin: Generated<boolean>;
  password_hash: string | null;
}

interface ApplicationTable {
  id: Generated<number>;
  name: string;
  version: string | null;
  apikey: string;
  created: GeneratedTimestamp;
  active: Generated<boolean | null>;
  account_id: number | null;
  email: string | null;
  website: string | null;
  rate_limit: number | null;
}

interface AccountOpenidTable {
  openid: string;
  account_id: number;
}

interface AccountGoogleTable {
  google_user_id: string;
  account_id: number;
}

interface SessionTable {
  token_hash: Buffer;
  account_id: number;
  created: GeneratedTimestamp;
  expires: Timestamp;
  last_used: Timestamp | null;
  user_agent: string | null;
  ip: string | null;
}

interface StatsTable {
  id: Generated<number>;
  name: string;
  value: number;
  date: Generated<string>;
}

interface StatsLookupsTable {
  id: Generated<number>;
  hour: Timestamp;
  date: Generated<string>;
  application_id: number;
  count_hits: Generated<number>;
  count_misses: Generated<number>;
  /** Upstream's name for `count_misses`, kept equal by a trigger. */
  count_nohits: Generated<number>;
}

interface StatsLookupsUpstreamView {
  id: Generated<number>;
  date: string;
  hour: number;
  application_id: number;
  count_hits: Generated<number>;
  count_nohits: Generated<number>;
}

interface StatsUserAgentsTable {
  id: Generated<number>;
  date: string;
  application_id: number;
  user_agent: string;
  ip: string;
  count: Generated<number>;
}

interface StatsTopAccountsTable {
  id: Generated<number>;
  account_id: number;
  count: number;
}

interface SettingTable {
  key: string;
  value: Json;
}

interface JobTable {
  id: Generated<number>;
  kind: string;
  state: Generated<string>;
  params: GeneratedJson;
  progress: GeneratedJson;
  error: string | null;
  created: GeneratedTimestamp;
  started: Timestamp | null;
  finished: Timestamp | null;
  created_by: number | null;
  result: Json | null;
  saved: Json | null;
  request: string | null;
  worker: string | null;
  crashes: Generated<number>;
  updated: GeneratedTimestamp;
}

interface JobLogTable {
  id: Generated<number>;
  job_id: number;
  created: GeneratedTimestamp;
  line: string;
}

interface TaskTable {
  id: Generated<number>;
  name: string;
  args: GeneratedJson;
  key: string;
  state: Generated<string>;
  attempts: Generated<number>;
  run_after: GeneratedTimestamp;
  worker: string | null;
  error: string | null;
  created: GeneratedTimestamp;
  started: Timestamp | null;
}

interface CronRunTable {
  schedule: string;
  last_run: Timestamp;
}

interface CounterFlushTable {
  id: string;
  created: GeneratedTimestamp;
}

interface CountedSubmissionsTable {
  account_id: number;
  count: Generated<number>;
}

interface ModerationActTable {
  id: Generated<number>;
  kind: string;
  account_id: number | null;
  created: GeneratedTimestamp;
  note: string | null;
  payload: GeneratedJson;
  undone_by: number | null;
  journal_id: string | null;
}
