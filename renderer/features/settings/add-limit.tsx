import { Alert, Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';

/** A limit of one address or one application, which have no line until they are added. */
export function AddLimit(): ReactElement {
  const text = useText();
  const form = useForm({ initialValues: { kind: 'ip', name: '', rate: '' } });
  const add = useApiAction('PUT /settings/:key', {
    refreshes: ['GET /settings'],
    onDone: () => form.reset(),
  });
  const submit = form.onSubmit(({ kind, name, rate }) =>
    add.mutate({
      params: { key: `rate_limiter.${kind}.${name.trim()}` },
      body: { value: rate.trim() },
    }),
  );
  return (
    <form onSubmit={submit}>
      <Group gap="sm" mt="sm" align="flex-end">
        <NativeSelect
          label={text('settings.limit')}
          data={[
            { value: 'ip', label: text('settings.limit.ip') },
            { value: 'application', label: text('settings.limit.application') },
          ]}
          {...form.getInputProps('kind')}
        />
        <TextInput label={text('settings.limit.name')} required {...form.getInputProps('name')} />
        <TextInput label={text('settings.limit.rate')} required {...form.getInputProps('rate')} />
        <Button type="submit" variant="default" loading={add.isPending}>
          {text('settings.limit.add')}
        </Button>
      </Group>
      {add.error && (
        <Alert color="red" role="alert" mt="xs" p="xs">
          {failureText(text, add.error)}
        </Alert>
      )}
    </form>
  );
}
