import { Alert, Anchor, Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { EndpointName } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { ApiKey, NewKey } from '../../ui/api-key.tsx';
import { CopyableLine } from '../../ui/copyable.tsx';
import { failureText } from '../../ui/failure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { ApplicationForm } from './application-form.tsx';
import type { Application } from './application-table.tsx';

const REFRESHES: readonly EndpointName[] = ['GET /applications', 'GET /applications/:id'];

/** One application beside the list, or the form of a new one. `asked` is what the address says. */
export function ApplicationDrawer({
  asked,
  onClose,
}: {
  readonly asked: string | null;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  const isNew = asked === 'new';
  return (
    <Drawer
      opened={asked !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={text(isNew ? 'applications.new' : 'applications.one')}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {isNew && <NewApplication />}
      {asked !== null && !isNew && <KnownApplication key={asked} id={asked} />}
    </Drawer>
  );
}

function NewApplication(): ReactElement {
  const text = useText();
  const create = useApiAction('POST /applications', { refreshes: REFRESHES });
  if (create.data) {
    return (
      <Stack>
        <NewKey value={create.data.apikey} what={text('ui.key.application.name')} />
        <TestLine apikey={create.data.apikey} />
      </Stack>
    );
  }
  return (
    <ApplicationForm
      initial={{ name: '', version: '', email: '', website: '', rateLimit: '' }}
      action={text('applications.create')}
      isBusy={create.isPending}
      error={create.error}
      onSubmit={({ rateLimit: _rateLimit, ...body }) => create.mutate({ body })}
    />
  );
}

function KnownApplication({ id }: { readonly id: string }): ReactElement {
  const query = useApi('GET /applications/:id', { params: { id } });
  return (
    <Loaded query={query}>
      {(application) => (
        <Stack gap="lg">
          <KeyOf id={application.id} />
          <Use application={application} />
          <Edit application={application} />
          <Activity application={application} />
        </Stack>
      )}
    </Loaded>
  );
}

function KeyOf({ id }: { readonly id: number }): ReactElement {
  const text = useText();
  const [isShown, setShown] = useState(false);
  const params = { id };
  const shown = useApi('GET /applications/:id/key', { params }, { enabled: isShown });
  const replace = useApiAction('POST /applications/:id/key', {
    refreshes: ['GET /applications/:id/key'],
    onDone: () => setShown(true),
  });
  const apikey = isShown ? shown.data?.apikey : undefined;
  return (
    <Stack gap="xs">
      <Title order={2}>{text('ui.key.application.title')}</Title>
      <ApiKey
        value={apikey}
        what={text('ui.key.application.name')}
        isBusy={replace.isPending || shown.isFetching}
        error={replace.error ?? shown.error}
        onShow={() => setShown(true)}
        onReplace={() => replace.mutate({ params })}
      />
      {apikey !== undefined && <TestLine apikey={apikey} />}
    </Stack>
  );
}

/** A request that needs no fingerprint: an answer says that address and key are good. */
function TestLine({ apikey }: { readonly apikey: string }): ReactElement {
  const text = useText();
  const command = `curl "${window.location.origin}/v2/lookup?client=${apikey}&trackid=00000000-0000-0000-0000-000000000000"`;
  return (
    <Stack gap={4}>
      <Text size="sm">{text('applications.test')}</Text>
      <CopyableLine value={command} what={text('applications.test.command')} />
      <Text size="xs" c="dimmed">
        {text('applications.test.hint')}
      </Text>
    </Stack>
  );
}

function Use({ application }: { readonly application: Application }): ReactElement {
  const text = useText();
  const format = useFormat();
  const { account, created, days, website } = application;
  const hits = days.reduce((sum, day) => sum + day.hits, 0);
  const misses = days.reduce((sum, day) => sum + day.misses, 0);
  return (
    <Text size="sm">
      {text('applications.use', { hits: format.number(hits), misses: format.number(misses) })}{' '}
      {text('applications.since', { day: format.day(created), account: account?.name ?? '–' })}{' '}
      {website !== null && (
        <Anchor
          underline="always"
          href={website}
          rel="noopener noreferrer nofollow"
          target="_blank"
          size="sm"
        >
          {website}
        </Anchor>
      )}
    </Text>
  );
}

function Edit({ application }: { readonly application: Application }): ReactElement {
  const text = useText();
  const mayAll = useMay()('admin');
  const { email, id, name, rateLimit, version, website } = application;
  const save = useApiAction('PATCH /applications/:id', {
    refreshes: REFRESHES,
    onDone: () => notifications.show({ message: text('ui.saved') }),
  });
  return (
    <ApplicationForm
      initial={{
        name,
        version: version ?? '',
        email: email ?? '',
        website: website ?? '',
        rateLimit: rateLimit ?? '',
      }}
      action={text('ui.save')}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={({ rateLimit: limit, ...fields }) =>
        save.mutate({ params: { id }, body: mayAll ? { ...fields, rateLimit: limit } : fields })
      }
    />
  );
}

function Activity({ application }: { readonly application: Application }): ReactElement {
  const text = useText();
  const mayAll = useMay()('admin');
  const { active, id } = application;
  const change = useApiAction('PATCH /applications/:id', { refreshes: REFRESHES });
  return (
    <Alert
      color="gray"
      title={text(active ? 'applications.deactivate.title' : 'applications.inactive')}
    >
      {text(active ? 'applications.deactivate.cost' : 'applications.activate.hint')}
      {change.error && <Text c="red">{failureText(text, change.error)}</Text>}
      <Group mt="sm">
        {(active || mayAll) && (
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ params: { id }, body: { active: !active } })}
          >
            {text(active ? 'applications.deactivate' : 'applications.activate')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
