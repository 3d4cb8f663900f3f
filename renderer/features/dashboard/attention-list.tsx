import { Anchor, Paper, Stack, Text as Words, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../format/format.ts';
import type { Format } from '../../format/format.ts';
import type { Text } from '../../messages/use-text.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import classes from './dashboard.module.css';

type Attention = Answer<'GET /dashboard'>['attention'][number];

/** Where each is mended. */
const MENDED_AT = {
  service_failed: paths.logs,
  service_silent: paths.logs,
  tasks_dead: paths.jobs,
  submissions_parked: paths.submissions,
  no_backup: paths.backups,
  backup_old: paths.backups,
  disk_nearly_full: paths.backups,
  open_without_password: paths.profile,
} as const satisfies Record<Attention['kind'], string>;

/** What needs a person, each with the way to where it is mended. */
export function AttentionList({
  attention,
}: {
  readonly attention: readonly Attention[];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  return (
    <Paper p="md" component="section" aria-label={text('dashboard.attention')}>
      <Title order={2} mb={4}>
        {text('dashboard.attention')}
      </Title>
      <Stack gap={4} role="status">
        {attention.length === 0 && (
          <Words size="sm" c="dimmed" className={classes.line}>
            <IconCircleCheck size={17} color="var(--mantine-color-green-filled)" aria-hidden />
            {text('dashboard.attention.none')}
          </Words>
        )}
        {attention.map((each) => (
          <Words key={wordsOf(each, text, format)} size="sm" className={classes.line}>
            <IconAlertTriangle size={17} color="var(--mantine-color-orange-filled)" aria-hidden />
            <span>
              {wordsOf(each, text, format)}{' '}
              <Anchor component={Link} to={addressOf(each)} inherit underline="always">
                {text(`dashboard.mend.${each.kind}`)}
              </Anchor>
            </span>
          </Words>
        ))}
      </Stack>
    </Paper>
  );
}

function addressOf(attention: Attention): string {
  const page = MENDED_AT[attention.kind];
  return 'service' in attention ? `${page}?service=${attention.service}` : page;
}

function wordsOf(attention: Attention, text: Text, format: Format): string {
  switch (attention.kind) {
    case 'service_failed':
    case 'service_silent':
      return text(`dashboard.attention.${attention.kind}`, {
        service: text(`dashboard.service.${attention.service as 'postgres'}`),
      });
    case 'tasks_dead':
    case 'submissions_parked':
      return text(`dashboard.attention.${attention.kind}`, { count: attention.count });
    case 'backup_old':
      return text('dashboard.attention.backup_old', { days: attention.days });
    case 'disk_nearly_full':
      return text('dashboard.attention.disk_nearly_full', {
        free: format.bytes(attention.freeBytes),
      });
    case 'no_backup':
    case 'open_without_password':
      return text(`dashboard.attention.${attention.kind}`);
  }
}
