import { Alert, Button, NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { FormRulesRecord, UseFormReturnType } from '@mantine/form';
import type { ReactElement } from 'react';
import { useMay } from '../../api/session.ts';
import { useText } from '../../messages/use-text.ts';
import type { Text } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';

export interface ApplicationFields {
  readonly name: string;
  readonly version: string;
  readonly email: string;
  readonly website: string | null;
  readonly rateLimit: number | null;
}

/** As the server has it; all errors are shown at once, as upstream does. */
const EMAIL = /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*\.[a-z]{2,63}$/i;

interface Typed {
  readonly name: string;
  readonly version: string;
  readonly email: string;
  readonly website: string;
  readonly rateLimit: number | '';
}

/** What an application says of itself. Only an administrator is shown its limit. */
export function ApplicationForm({
  action,
  error,
  initial,
  isBusy,
  onSubmit,
}: {
  readonly initial: Typed;
  readonly action: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (fields: ApplicationFields) => void;
}): ReactElement {
  const text = useText();
  const form = useForm<Typed>({ initialValues: initial, validate: rulesOf(text) });
  const submit = form.onSubmit(({ rateLimit, website, ...fields }) =>
    onSubmit({
      ...fields,
      website: website.trim() === '' ? null : website,
      rateLimit: rateLimit === '' ? null : rateLimit,
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {error && (
          <Alert color="red" role="alert">
            {failureText(text, error)}
          </Alert>
        )}
        <Fields form={form} />
        <Button type="submit" loading={isBusy}>
          {action}
        </Button>
      </Stack>
    </form>
  );
}

function Fields({ form }: { readonly form: UseFormReturnType<Typed> }): ReactElement {
  const text = useText();
  const mayAll = useMay()('admin');
  return (
    <>
      <TextInput
        label={text('applications.name')}
        withAsterisk
        maxLength={255}
        {...form.getInputProps('name')}
      />
      <TextInput
        label={text('applications.version')}
        description={text('applications.version.hint')}
        withAsterisk
        maxLength={255}
        {...form.getInputProps('version')}
      />
      <TextInput
        label={text('applications.email')}
        type="email"
        withAsterisk
        maxLength={255}
        {...form.getInputProps('email')}
      />
      <TextInput
        label={text('applications.website')}
        type="url"
        maxLength={1000}
        {...form.getInputProps('website')}
      />
      {mayAll && (
        <NumberInput
          label={text('applications.rateLimit')}
          description={text('applications.rateLimit.hint')}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          hideControls
          {...form.getInputProps('rateLimit')}
        />
      )}
    </>
  );
}

function rulesOf(text: Text): FormRulesRecord<Typed> {
  const missing = (value: string): string | null =>
    value.trim() === '' ? text('applications.missing') : null;
  return {
    name: missing,
    version: missing,
    email: (value) =>
      missing(value) ?? (EMAIL.test(value.trim()) ? null : text('applications.email.bad')),
    website: (value) => (isWebsite(value.trim()) ? null : text('applications.website.bad')),
  };
}

function isWebsite(text: string): boolean {
  if (text === '') return true;
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol);
}
