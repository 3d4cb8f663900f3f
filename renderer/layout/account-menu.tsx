import { Button, Menu } from '@mantine/core';
import { IconKey, IconLogin2, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useSession } from '../api/session.ts';
import { useApiAction } from '../api/use-api.ts';
import { useText } from '../messages/use-text.ts';
import { paths } from '../paths.ts';

/** Who is signed in, or the way to sign in. */
export function AccountMenu(): ReactElement | null {
  const text = useText();
  const session = useSession();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signOut = useApiAction('DELETE /session', {
    onDone: () => {
      // Nothing that was for this person's eyes stays.
      queryClient.clear();
      void navigate(paths.dashboard);
    },
  });
  if (!session) return null;
  const { account } = session;
  if (!account) {
    return (
      <Button
        component={Link}
        to={`${paths.login}?to=${encodeURIComponent(pathname + search)}`}
        variant="subtle"
        size="xs"
        leftSection={<IconLogin2 size={16} aria-hidden />}
      >
        {text('layout.signIn')}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconUserCircle size={18} aria-hidden />}
          aria-label={text('layout.account', { name: account.name })}
        >
          {account.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={paths.profile} leftSection={<IconKey size={16} />}>
          {text('layout.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate({})}>
          {text('layout.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
