import { Button, Group, Modal, Text as Words } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { failureText } from '../../ui/failure.tsx';
import type { Service } from './service-tiles.tsx';

/** Starts a part afresh, after saying what that costs meanwhile. */
export function RestartService({
  name,
  title,
}: {
  readonly name: Service['name'];
  readonly title: string;
}): ReactElement {
  const text = useText();
  const [isAsking, { close, open }] = useDisclosure();
  const restart = useApiAction('POST /services/:name/restart', { refreshes: ['GET /dashboard'] });
  const ask = (): void => {
    close();
    restart.mutate(
      { params: { name } },
      {
        onError: (error) => notifications.show({ color: 'red', message: failureText(text, error) }),
      },
    );
  };
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        aria-label={text('dashboard.restart.of', { service: title })}
        onClick={open}
      >
        {text('dashboard.restart')}
      </Button>
      <Modal
        opened={isAsking}
        onClose={close}
        title={text('dashboard.restart.title', { service: title })}
        closeButtonProps={{ 'aria-label': text('ui.close') }}
        centered
      >
        <Words size="sm">{text(`dashboard.restart.cost.${name}`)}</Words>
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {text('ui.cancel')}
          </Button>
          <Button onClick={ask}>{text('dashboard.restart')}</Button>
        </Group>
      </Modal>
    </>
  );
}
