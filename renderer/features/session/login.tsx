import { Alert, Button, Paper, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiError } from '../../api/errors.ts';
import { useSession } from '../../api/session.ts';
import { useApiAction } from '../../api/use-api.ts';
import type { Text } from '../../messages/use-text.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { failureText } from '../../ui/failure.tsx';
import { Page } from '../../ui/page.tsx';

/** Sign in with name and password; leads back to where one came from. */
export function Component(): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const queryClient = useQueryClient();
  const session = useSession();
  const signIn = useApiAction('POST /session', {
    onDone: () => {
      // What was answered to nobody may be answered otherwise now.
      void queryClient.resetQueries();
      void navigate(localPath(search.get('to')), { replace: true });
    },
  });
  const form = useForm({ initialValues: { name: '', password: '' } });
  return (
    <Page title={text('session.login.title')} description={text('session.login.description')}>
      <Paper
        p="lg"
        maw={420}
        component="form"
        onSubmit={form.onSubmit((body) => signIn.mutate({ body }))}
      >
        <Stack>
          {session?.needsSetup === true && (
            <Alert color="yellow">{text('session.login.noAdmin')}</Alert>
          )}
          {signIn.error && (
            <Alert color="red" role="alert">
              {loginFailure(text, signIn.error)}
            </Alert>
          )}
          <TextInput
            label={text('session.name')}
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps('name')}
          />
          <PasswordInput
            label={text('session.password')}
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending}>
            {text('session.login.do')}
          </Button>
        </Stack>
      </Paper>
    </Page>
  );
}

function loginFailure(text: Text, error: Error): string {
  const kind = error instanceof ApiError ? error.kind : '';
  if (kind === 'wrong_password') return text('session.login.wrong');
  if (kind === 'too_many_attempts') return text('session.login.many');
  return failureText(text, error);
}

/** Where to go next, if it is one of our own pages: an address may come from anybody's link. */
function localPath(to: string | null): string {
  if (to === null) return paths.dashboard;
  const url = new URL(to, window.location.origin);
  return url.origin === window.location.origin && to.startsWith('/')
    ? url.pathname + url.search
    : paths.dashboard;
}
