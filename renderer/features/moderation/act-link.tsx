import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';

/** Leads to another act of the log. */
export function ActLink({
  id,
  onShow,
}: {
  readonly id: number;
  readonly onShow: (id: number) => void;
}): ReactElement {
  const text = useText();
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => onShow(id)}>
      {text('moderation.log.act', { id })}
    </Anchor>
  );
}
