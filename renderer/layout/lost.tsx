import { Button } from '@mantine/core';
import { IconBug, IconMapQuestion } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../messages/use-text.ts';
import { NothingHere } from '../ui/nothing-here.tsx';
import { Page } from '../ui/page.tsx';

/** For an address that leads nowhere. */
export function Lost(): ReactElement {
  const text = useText();
  return (
    <Page title={text('layout.lost.title')}>
      <NothingHere icon={<IconMapQuestion />} title={text('layout.lost.title')}>
        {text('layout.lost')}
      </NothingHere>
    </Page>
  );
}

/** For a page that threw. */
export function Broken(): ReactElement {
  const text = useText();
  return (
    <NothingHere
      icon={<IconBug />}
      title={text('layout.broken.title')}
      action={<Button onClick={() => window.location.reload()}>{text('layout.reload')}</Button>}
    >
      {text('layout.broken')}
    </NothingHere>
  );
}
