import { AppShell, Burger, Group, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { useLiveEvents } from '../api/events.ts';
import { useMay } from '../api/session.ts';
import { useText } from '../messages/use-text.ts';
import { paths } from '../paths.ts';
import { AccountMenu } from './account-menu.tsx';
import classes from './frame.module.css';
import { KeysSheet } from './keys-sheet.tsx';
import { Navigation } from './navigation.tsx';
import { Offline } from './offline.tsx';
import { Palette, PaletteButton } from './palette.tsx';
import { PreferencesMenu } from './preferences-menu.tsx';

const HEADER_HEIGHT = 52;
const NAVIGATION_WIDTH = 224;

/** The frame around every page: header, menu, and where the page goes. */
export function Frame(): ReactElement {
  const text = useText();
  useLiveEvents(useMay()('admin'));
  const [isOpen, { close, toggle }] = useDisclosure();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    close();
    // Whoever came by keyboard or ear goes on at the new page, not where the old one ended.
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname, close]);
  return (
    <KeysSheet>
      <AppShell
        header={{ height: HEADER_HEIGHT }}
        navbar={{ width: NAVIGATION_WIDTH, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding="md"
      >
        <a className="skip-link" href="#content">
          {text('layout.skip')}
        </a>
        <AppShell.Header className={classes.header}>
          <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
            <Group gap="xs" wrap="nowrap">
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={text('layout.menu')}
              />
              <UnstyledButton component={Link} to={paths.dashboard} className={classes.brand}>
                <img src="/icon.svg" alt="" width={26} height={26} />
                AcoustID
              </UnstyledButton>
            </Group>
            <PaletteButton />
            <Group gap={4} wrap="nowrap">
              <PreferencesMenu />
              <AccountMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.navigation} aria-label={text('layout.pages')}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} ref={main} className={classes.main}>
          <Outlet />
        </AppShell.Main>
        <Offline />
        <Palette />
      </AppShell>
    </KeysSheet>
  );
}
