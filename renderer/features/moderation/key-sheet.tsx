import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import type { ReactElement } from 'react';
import { useText } from '../../messages/use-text.ts';
import classes from './moderation.module.css';

const KEYS = ['j', 'k', 'a', 'u', 'm', 'd', 'x', 'z', '?'] as const;

/** What each key does. */
export function KeySheet({
  onClose,
  opened,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('moderation.keys')}
      centered
      closeButtonProps={{ 'aria-label': text('ui.close') }}
    >
      <dl className={classes.keys}>
        {KEYS.map((key) => (
          <Fragment key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{text(`moderation.key.${key}`)}</dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
