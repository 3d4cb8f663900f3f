import { Alert, Badge, Button, Paper, PasswordInput, Stack, Table, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import type { ReactElement } from 'react';
import { ApiError } from '../../api/errors.ts';
import { useSession } from '../../api/session.ts';
import { useApi, useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Since } from '../../ui/since.tsx';
import { PASSWORD_LENGTH_MIN } from './password-rules.ts';

/** One's own password and sessions. */
export function Component(): ReactElement {
  const text = useText();
  const account = useSession()?.account;
  return (
    <Page
      title={text('session.profile.title')}
      description={account ? text('session.profile.description', { name: account.name }) : ''}
    >
      <Stack gap="md">
        <Password hasPassword={account?.hasPassword === true} />
        <Sessions />
      </Stack>
    </Page>
  );
}

function Password({ hasPassword }: { readonly hasPassword: boolean }): ReactElement {
  const text = useText();
  const form = useForm({
    initialValues: { current: '', password: '' },
    validate: {
      password: (value) =>
        value.length < PASSWORD_LENGTH_MIN
          ? text('session.password.short', { min: PASSWORD_LENGTH_MIN })
          : null,
    },
  });
  const change = useApiAction('PUT /session/password', {
    refreshes: ['GET /session', 'GET /sessions'],
    onDone: () => {
      form.reset();
      notifications.show({ message: text('session.password.changed') });
    },
  });
  const isWrong = change.error instanceof ApiError && change.error.kind === 'wrong_password';
  return (
    <Paper
      p="lg"
      maw={460}
      component="form"
      onSubmit={form.onSubmit((body) => change.mutate({ body }))}
    >
      <Stack>
        <Title order={2}>{text('session.password.title')}</Title>
        {change.error && (
          <Alert color="red" role="alert">
            {isWrong ? text('session.password.wrong') : failureText(text, change.error)}
          </Alert>
        )}
        {hasPassword && (
          <PasswordInput
            label={text('session.password.current')}
            autoComplete="current-password"
            required
            {...form.getInputProps('current')}
          />
        )}
        <PasswordInput
          label={text('session.password.new')}
          description={text('session.password.hint', { min: PASSWORD_LENGTH_MIN })}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={change.isPending}>
          {text(hasPassword ? 'session.password.change' : 'session.password.set')}
        </Button>
      </Stack>
    </Paper>
  );
}

function Sessions(): ReactElement {
  const text = useText();
  const query = useApi('GET /sessions', {});
  const end = useApiAction('DELETE /sessions/:id', { refreshes: ['GET /sessions'] });
  return (
    <Paper p="lg">
      <Title order={2} mb="sm">
        {text('session.list.title')}
      </Title>
      <Loaded query={query}>
        {(sessions) => (
          <Table.ScrollContainer minWidth={560}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text('session.list.device')}</Table.Th>
                  <Table.Th>{text('session.list.address')}</Table.Th>
                  <Table.Th>{text('session.list.used')}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sessions.map(({ created, id, ip, isThis, lastUsed, userAgent }) => {
                  const device = userAgent ?? text('session.list.unknown');
                  return (
                    <Table.Tr key={id}>
                      <Table.Td maw={480}>{device}</Table.Td>
                      <Table.Td>{ip ?? text('session.list.unknown')}</Table.Td>
                      <Table.Td>
                        <Since moment={lastUsed ?? created} />
                      </Table.Td>
                      <Table.Td ta="right">
                        {isThis ? (
                          <Badge variant="light">{text('session.list.this')}</Badge>
                        ) : (
                          <Button
                            size="compact-xs"
                            variant="default"
                            aria-label={text('session.list.end.label', { device })}
                            onClick={() => end.mutate({ params: { id } })}
                          >
                            {text('session.list.end')}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Paper>
  );
}
