import { useQueryClient } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useIsOffline } from '../api/connection.ts';
import { useText } from '../messages/use-text.ts';
import classes from './offline.module.css';

/** Says that the server is silent; goes by itself when it is back. */
export function Offline(): ReactElement {
  const text = useText();
  const isOffline = useIsOffline(useQueryClient());
  return (
    <div role="status" className={classes.place}>
      {isOffline && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={17} aria-hidden />
          {text('layout.offline')}
        </div>
      )}
    </div>
  );
}
