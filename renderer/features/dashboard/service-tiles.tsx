import { Group, Paper, SimpleGrid, Text as Words, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconExclamationMark,
  IconLoader2,
  IconPlayerStop,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';
import { Since } from '../../ui/since.tsx';
import classes from './dashboard.module.css';
import { RestartService } from './restart-service.tsx';

export type Service = Answer<'GET /dashboard'>['services'][number];

const LOOK = {
  ready: { color: 'green', icon: IconCircleCheck },
  waiting: { color: 'gray', icon: IconLoader2 },
  starting: { color: 'petrol', icon: IconLoader2 },
  restarting: { color: 'orange', icon: IconLoader2 },
  failed: { color: 'red', icon: IconExclamationMark },
  silent: { color: 'red', icon: IconAlertTriangle },
  // On purpose, and so no cause for alarm.
  stopping: { color: 'gray', icon: IconPlayerStop },
  stopped: { color: 'gray', icon: IconPlayerStop },
} as const satisfies Record<Service['state'], object>;

/** A tile for each part: how it is, since when, how often it died, and starting it afresh. */
export function ServiceTiles({
  services,
}: {
  readonly services: readonly Service[];
}): ReactElement {
  const text = useText();
  return (
    <SimpleGrid
      cols={Math.max(services.length, 1)}
      spacing="md"
      component="section"
      aria-label={text('dashboard.services')}
    >
      {services.map((service) => (
        <Tile key={service.name} service={service} />
      ))}
    </SimpleGrid>
  );
}

function Tile({ service }: { readonly service: Service }): ReactElement {
  const text = useText();
  const { error, isExternal, name, restarts, since, state } = service;
  const { color, icon: Icon } = LOOK[state];
  const title = text(`dashboard.service.${name}`);
  return (
    <Paper p="md" component="article" aria-label={title} className={classes.tile}>
      <Title order={2}>{title}</Title>
      <Group gap={6} wrap="nowrap" mt={4} role="status">
        <Icon size={18} color={`var(--mantine-color-${color}-filled)`} aria-hidden />
        <Words fw={500}>{text(`dashboard.state.${state}`)}</Words>
      </Group>
      <Words size="sm" c="dimmed">
        {since === null ? text('dashboard.external') : <Since moment={since} />}
      </Words>
      <Words size="sm" c="dimmed">
        {restarts !== null && !isExternal && text('dashboard.restarts', { count: restarts })}
      </Words>
      <Words size="sm" className={classes.error} title={error ?? ''}>
        {error}
      </Words>
      <Group mt="auto" pt="xs" mih={30}>
        {service.canRestart && <RestartService name={name} title={title} />}
      </Group>
    </Paper>
  );
}
