import { Alert, Button, Paper, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { ApiError } from '../../api/errors.ts';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { failureText } from '../../ui/failure.tsx';
import { Page } from '../../ui/page.tsx';
import { PASSWORD_LENGTH_MIN } from './password-rules.ts';

/** Behind the setup link: makes the first administrator. The token stands after the `#`. */
export function Component(): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const token = useLocation().hash.slice(1);
  const create = useApiAction('POST /setup', {
    onDone: () => {
      void queryClient.resetQueries();
      void navigate(paths.welcome, { replace: true });
    },
  });
  const form = useForm({
    initialValues: { name: '', password: '', repeated: '' },
    validate: {
      name: (value) => (value.trim() === '' ? text('session.name.missing') : null),
      password: (value) =>
        value.length < PASSWORD_LENGTH_MIN
          ? text('session.password.short', { min: PASSWORD_LENGTH_MIN })
          : null,
      repeated: (value, { password }) =>
        value === password ? null : text('session.password.differs'),
    },
  });
  const submit = form.onSubmit(({ name, password }) =>
    create.mutate({ body: { token, name, password } }),
  );
  const isUsed = create.error instanceof ApiError && [403, 409].includes(create.error.status);
  return (
    <Page title={text('session.setup.title')} description={text('session.setup.description')}>
      <Paper p="lg" maw={460} component="form" onSubmit={submit}>
        <Stack>
          {create.error && (
            <Alert color="red" role="alert">
              {isUsed ? text('session.setup.done') : failureText(text, create.error)}
            </Alert>
          )}
          <TextInput
            label={text('session.name')}
            autoComplete="username"
            autoFocus
            withAsterisk
            {...form.getInputProps('name')}
          />
          <PasswordInput
            label={text('session.password')}
            description={text('session.password.hint', { min: PASSWORD_LENGTH_MIN })}
            autoComplete="new-password"
            withAsterisk
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label={text('session.password.repeat')}
            autoComplete="new-password"
            withAsterisk
            {...form.getInputProps('repeated')}
          />
          <Button type="submit" loading={create.isPending}>
            {text('session.setup.do')}
          </Button>
        </Stack>
      </Paper>
    </Page>
  );
}
