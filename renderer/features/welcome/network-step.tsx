import { Alert, Anchor, Code, List, Stack, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableLine } from '../../ui/copyable.tsx';
import type { Machine } from './disk-step.tsx';

/** Who can reach the appliance, and what it takes to let others. */
export function NetworkStep({ machine }: { readonly machine: Machine }): ReactElement {
  const text = useText();
  const { host, isOpen } = machine;
  return (
    <Stack gap="md">
      <Title order={2}>{text('welcome.network')}</Title>
      <Alert color={isOpen ? 'yellow' : 'petrol'} title={<Code>{host}</Code>}>
        {text(isOpen ? 'welcome.network.open' : 'welcome.network.closed')}
      </Alert>
      <div>
        <Text size="sm" mb={4}>
          {text('welcome.network.how')}
        </Text>
        <List size="sm" spacing={4}>
          <List.Item>
            {text('welcome.network.password')}{' '}
            <Anchor underline="always" component={Link} to={paths.profile} size="sm">
              {text('layout.profile')}
            </Anchor>
          </List.Item>
          <List.Item>{text('welcome.network.address')}</List.Item>
          <List.Item>{text('welcome.network.proxy')}</List.Item>
        </List>
      </div>
      <CopyableLine value={'[server]\nhost = 0.0.0.0'} what={text('welcome.network.lines')} />
    </Stack>
  );
}
