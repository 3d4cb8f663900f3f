import { Button } from '@mantine/core';
import { IconBug, IconMapQuestion, IconPackage } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useRouteError } from 'react-router';
import { ApiError } from '../api/errors.ts';
import { useText } from '../messages/use-text.ts';
import { Failure } from '../ui/failure.tsx';
import { NothingHere } from '../ui/nothing-here.tsx';
import { OutdatedPage } from './outdated-page.ts';
import { Page } from '../ui/page.tsx';

/** For an address that leads nowhere. */
export function Lost(): ReactElement {
  const text = useText();
  return (
    <Page title={text('layout.lost.title')}>
      <NothingHere icon={<IconMapQuestion />} title={text('layout.lost.address')}>
        {text('layout.lost')}
      </NothingHere>
    </Page>
  );
}

/** For a page that threw, or that could not be fetched. */
export function Broken(): ReactElement {
  const text = useText();
  const error = useRouteError();
  if (error instanceof ApiError) return <Failure error={error} onRetry={reload} />;
  const [what, icon] =
    error instanceof OutdatedPage
      ? (['outdated', <IconPackage key="icon" />] as const)
      : (['broken', <IconBug key="icon" />] as const);
  return (
    <NothingHere
      icon={icon}
      title={text(`layout.${what}.title`)}
      action={<Button onClick={reload}>{text('layout.reload')}</Button>}
    >
      {text(`layout.${what}`)}
    </NothingHere>
  );
}

function reload(): void {
  window.location.reload();
}
