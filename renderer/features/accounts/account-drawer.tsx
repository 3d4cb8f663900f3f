import { Alert, Button, Drawer, Stack, Switch, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { ApiKey, NewKey } from '../../ui/api-key.tsx';
import { failureText } from '../../ui/failure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { AccountPassword } from './account-password.tsx';
import type { Account } from './account-table.tsx';

/** One account beside the list, or the form of a new one. `asked` is what the address says. */
export function AccountDrawer({
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
      title={text(isNew ? 'accounts.new' : 'accounts.one')}
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      {isNew && <NewAccount />}
      {asked !== null && !isNew && <KnownAccount key={asked} id={asked} />}
    </Drawer>
  );
}

function KnownAccount({ id }: { readonly id: string }): ReactElement {
  const query = useApi('GET /accounts/:id', { params: { id } });
  return (
    <Loaded query={query}>
      {(account) => (
        <Stack gap="lg">
          <AccountForm account={account} />
          <AccountKey id={account.id} />
          <AccountPassword account={account} />
        </Stack>
      )}
    </Loaded>
  );
}

function NewAccount(): ReactElement {
  const text = useText();
  const create = useApiAction('POST /accounts', { refreshes: ['GET /accounts'] });
  if (create.data) {
    return (
      <Stack>
        <NewKey value={create.data.apikey} what={text('ui.key.user.name')} />
        <Button variant="default" onClick={() => create.reset()}>
          {text('accounts.another')}
        </Button>
      </Stack>
    );
  }
  return (
    <AccountFields
      initial={{ name: '', mbuser: '', isAdmin: false }}
      action={text('accounts.create')}
      isBusy={create.isPending}
      error={create.error}
      onSubmit={(body) => create.mutate({ body })}
    />
  );
}

function AccountForm({ account }: { readonly account: Account }): ReactElement {
  const text = useText();
  const { access, id, mbuser, name } = account;
  const save = useApiAction('PATCH /accounts/:id', {
    refreshes: ['GET /accounts', 'GET /accounts/:id', 'GET /session'],
    onDone: () => notifications.show({ message: text('ui.saved') }),
  });
  return (
    <AccountFields
      initial={{ name, mbuser: mbuser ?? '', isAdmin: access === 'admin' }}
      action={text('ui.save')}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={(body) => save.mutate({ params: { id }, body })}
    />
  );
}

function AccountFields({
  action,
  error,
  initial,
  isBusy,
  onSubmit,
}: {
  readonly initial: { name: string; mbuser: string; isAdmin: boolean };
  readonly action: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (body: { name: string; mbuser: string | null; isAdmin: boolean }) => void;
}): ReactElement {
  const text = useText();
  const form = useForm({
    initialValues: initial,
    validate: { name: (value) => (value.trim() === '' ? text('accounts.name.missing') : null) },
  });
  const submit = form.onSubmit(({ isAdmin, mbuser, name }) =>
    onSubmit({ name, isAdmin, mbuser: mbuser.trim() === '' ? null : mbuser }),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {error && (
          <Alert color="red" role="alert">
            {failureText(text, error)}
          </Alert>
        )}
        <TextInput
          label={text('accounts.name')}
          withAsterisk
          maxLength={255}
          {...form.getInputProps('name')}
        />
        <TextInput
          label={text('accounts.mbuser')}
          description={text('accounts.mbuser.hint')}
          maxLength={64}
          {...form.getInputProps('mbuser')}
        />
        <Switch
          label={text('accounts.isAdmin')}
          description={text('accounts.isAdmin.hint')}
          {...form.getInputProps('isAdmin', { type: 'checkbox' })}
        />
        <Button type="submit" loading={isBusy}>
          {action}
        </Button>
      </Stack>
    </form>
  );
}

function AccountKey({ id }: { readonly id: number }): ReactElement {
  const text = useText();
  const [isShown, setShown] = useState(false);
  const params = { id };
  const shown = useApi('GET /accounts/:id/key', { params }, { enabled: isShown });
  const replace = useApiAction('POST /accounts/:id/key', {
    refreshes: ['GET /accounts/:id/key'],
    onDone: () => setShown(true),
  });
  return (
    <Stack gap="xs">
      <Title order={2}>{text('ui.key.user.title')}</Title>
      <ApiKey
        value={isShown ? shown.data?.apikey : undefined}
        what={text('ui.key.user.name')}
        isBusy={replace.isPending || shown.isFetching}
        error={replace.error ?? shown.error}
        onShow={() => setShown(true)}
        onReplace={() => replace.mutate({ params })}
      />
    </Stack>
  );
}
