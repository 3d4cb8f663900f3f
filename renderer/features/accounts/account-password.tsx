import { Alert, Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { EndpointName } from '../../api/client.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import type { Account } from './account-table.tsx';

/** As the server has it: its schema refuses anything shorter. */
const LENGTH_MIN = 10;
const REFRESHES: readonly EndpointName[] = ['GET /accounts', 'GET /accounts/:id', 'GET /session'];

/** Whether somebody can sign in to the pages; a key alone does not let anybody in. */
export function AccountPassword({ account }: { readonly account: Account }): ReactElement {
  const text = useText();
  const { hasPassword, id } = account;
  const form = useForm({
    initialValues: { password: '' },
    validate: {
      password: (value) =>
        value.length < LENGTH_MIN ? text('accounts.password.short', { min: LENGTH_MIN }) : null,
    },
  });
  const set = useApiAction('PUT /accounts/:id/password', {
    refreshes: REFRESHES,
    onDone: () => {
      form.reset();
      notifications.show({ message: text('accounts.password.done') });
    },
  });
  const remove = useApiAction('DELETE /accounts/:id/password', { refreshes: REFRESHES });
  const error = set.error ?? remove.error;
  const params = { id };
  return (
    <form onSubmit={form.onSubmit((body) => set.mutate({ params, body }))}>
      <Stack gap="sm">
        <Title order={2}>{text('accounts.password')}</Title>
        <Text size="sm" c="dimmed">
          {text(hasPassword ? 'accounts.password.has' : 'accounts.password.hasNot')}
        </Text>
        {error && (
          <Alert color="red" role="alert">
            {failureText(text, error)}
          </Alert>
        )}
        <PasswordInput
          label={text('accounts.password.new')}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Group gap="xs">
          <Button type="submit" variant="default" loading={set.isPending}>
            {text('accounts.password.set')}
          </Button>
          {hasPassword && (
            <RemovePassword isBusy={remove.isPending} onRemove={() => remove.mutate({ params })} />
          )}
        </Group>
      </Stack>
    </form>
  );
}

function RemovePassword({
  isBusy,
  onRemove,
}: {
  readonly isBusy: boolean;
  readonly onRemove: () => void;
}): ReactElement {
  const text = useText();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {text('accounts.password.remove')}
      </Button>
    );
  }
  return (
    <Alert color="yellow" title={text('accounts.password.remove.title')}>
      {text('accounts.password.remove.cost')}
      <Group mt="sm" gap="xs">
        <Button size="xs" color="red" loading={isBusy} onClick={onRemove}>
          {text('accounts.password.remove.do')}
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsking(false)}>
          {text('ui.cancel')}
        </Button>
      </Group>
    </Alert>
  );
}
