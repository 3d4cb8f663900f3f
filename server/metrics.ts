import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Statsd } from './statsd.ts';

/** Beyond so many applications the label says `other`: a series per stray id would grow for ever. */
const APPLICATION_LABELS_MAX = 1000;
const TASK_BUCKETS_SECONDS = [0.01, 0.1, 1, 10, 60, 600];
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export type FailureCause = 'redis' | 'postgres' | 'index' | 'nats' | 'master' | 'unknown';

export type TaskOutcome = 'done' | 'retried' | 'dead' | 'interrupted';

/**
 * One function per event, under upstream's names (api-v2.md section 18): in Prometheus's spelling,
 * and in upstream's own where there is a StatsD.
 */
export interface Metrics {
  requestAdmitted(request: string, applicationId: number | undefined): void;
  requestAnswered(request: string, seconds: number): void;
  requestRefused(request: string, code: string): void;
  requestFailed(request: string, cause: FailureCause): void;
  rateLimitExceeded(bucket: string, applicationId: number | undefined): void;
  lookupsAnswered(searches: number, matches: number): void;
  submissionsAccepted(count: number): void;
  tasksEnqueued(name: string, count: number): void;
  taskStarted(name: string): void;
  taskEnded(name: string, outcome: TaskOutcome, seconds: number): void;
  /** Tasks there are in each state, by the last look. */
  tasksCounted(counts: Readonly<Record<'queued' | 'running' | 'dead', number>>): void;
  jobEnded(kind: string, state: string, seconds: number): void;
  /** A value of the daily statistics, under its own name. */
  statisticRecorded(name: string, value: number): void;
  /** The whole registry in Prometheus's text format. */
  print(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Makes the metrics of one process; a registry of their own lets tests run several side by side. */
export function createMetrics(statsd?: Statsd): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `acoustid_${name}`, help, labelNames, registers });
  collectDefaultMetrics({ register: registry });
  const labelOf = applicationLabels();
  const requests = counter('api_requests_total', 'requests past their checks', 'app', 'request');
  const durations = new Histogram({
    name: 'acoustid_api_request_duration_seconds',
    help: 'time from the first byte of a request to its answer',
    labelNames: ['request'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const refusals = counter('api_handled_errors_total', 'refused requests', 'code', 'request');
  const failures = counter('api_unhandled_errors_total', 'failed requests', 'cause', 'request');
  const limits = counter('api_rate_limit_exceeded_total', 'requests over a limit', 'bucket', 'app');
  const searches = counter('api_lookup_searches_total', 'queries of lookups');
  const matches = counter('api_lookup_matches_total', 'queries of lookups with a result');
  const submissions = counter('new_submissions_total', 'submissions taken');
  return {
    requestAdmitted: (request, id) => {
      const app = labelOf(id);
      requests.inc({ request, app });
      statsd?.count('api.requests_total', 1, { app, request });
    },
    requestAnswered: (request, seconds) => {
      durations.observe({ request }, seconds);
      statsd?.time('api.request_duration_seconds', seconds, { request });
    },
    requestRefused: (request, code) => {
      refusals.inc({ request, code });
      statsd?.count('api.handled_errors_total', 1, { code, request });
    },
    requestFailed: (request, cause) => {
      failures.inc({ request, cause });
      statsd?.count('api.unhandled_errors_total', 1, { request, cause });
    },
    rateLimitExceeded: (bucket, id) => {
      const labels = { bucket, app: labelOf(id) };
      limits.inc(labels);
      statsd?.count('api.rate_limit_exceeded_total', 1, labels);
    },
    lookupsAnswered: (searched, matched) => {
      searches.inc(searched);
      matches.inc(matched);
      statsd?.count('api.lookup.searches.total', searched);
      statsd?.count('api.lookup.matches.total', matched);
    },
    submissionsAccepted: (count) => {
      submissions.inc(count);
      statsd?.count('new_submissions', count);
    },
    ...workMetrics(registers, statsd),
    print: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

type WorkMetrics = Pick<
  Metrics,
  'tasksEnqueued' | 'taskStarted' | 'taskEnded' | 'tasksCounted' | 'jobEnded' | 'statisticRecorded'
>;

/** What goes on behind the requests: tasks, jobs, and the statistics they make. */
function workMetrics(registers: Registry[], statsd: Statsd | undefined): WorkMetrics {
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `acoustid_${name}`, help, labelNames, registers });
  const enqueued = counter('tasks_enqueued_total', 'tasks put in the queue', 'task');
  const started = counter('tasks_started_total', 'attempts at tasks', 'task');
  const ended = counter('tasks_finished_total', 'attempts that ended', 'task', 'outcome');
  const durations = new Histogram({
    name: 'acoustid_task_duration_seconds',
    help: 'time an attempt at a task took',
    labelNames: ['task'],
    buckets: TASK_BUCKETS_SECONDS,
    registers,
  });
  const tasks = new Gauge({
    name: 'acoustid_tasks',
    help: 'tasks there are in each state',
    labelNames: ['state'],
    registers,
  });
  const jobs = counter('jobs_ended_total', 'runs of jobs that ended', 'kind', 'state');
  const jobSeconds = counter('job_seconds_total', 'time jobs have run', 'kind');
  const statistics = new Gauge({
    name: 'acoustid_statistic',
    help: 'values of the last daily statistics',
    labelNames: ['name'],
    registers,
  });
  return {
    tasksEnqueued: (task, count) => {
      enqueued.inc({ task }, count);
      statsd?.count('tasks_enqueued_total', count, { task });
    },
    taskStarted: (task) => {
      started.inc({ task });
      statsd?.count('tasks_dequeued_total', 1, { task });
      statsd?.count('tasks_started_total', 1, { task });
    },
    taskEnded: (task, outcome, seconds) => {
      ended.inc({ task, outcome });
      durations.observe({ task }, seconds);
      statsd?.count('tasks_finished_total', 1, { task });
    },
    tasksCounted: (counts) => {
      for (const [state, count] of Object.entries(counts)) tasks.set({ state }, count);
    },
    jobEnded: (kind, state, seconds) => {
      jobs.inc({ kind, state });
      jobSeconds.inc({ kind }, seconds);
    },
    statisticRecorded: (name, value) => {
      statistics.set({ name }, value);
      statsd?.gauge(name.replaceAll('.', '_'), value);
    },
  };
}

function applicationLabels(): (id: number | undefined) => string {
  const seen = new Set<number>();
  return (id) => {
    if (id === undefined) return 'None';
    if (seen.size < APPLICATION_LABELS_MAX) seen.add(id);
    return seen.has(id) ? String(id) : 'other';
  };
}
