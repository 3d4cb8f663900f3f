import { Text as Words } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Waiting } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { readAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import { DropFile } from './drop-file.tsx';
import classes from './lookup.module.css';
import { LookupFailure } from './lookup-failure.tsx';
import { PasteFingerprint } from './paste-fingerprint.tsx';
import { Results } from './results.tsx';

const WAITING_LINES = 6;

/** Asks what a file or a fingerprint is, and why. */
export function Component(): ReactElement {
  const text = useText();
  const [params, setParams] = useSearchParams();
  const lookup = useApiAction('POST /lookup');
  const { mutate } = lookup;
  const address = params.toString();
  const linked = readAsked(params);
  useEffect(() => {
    const body = readAsked(new URLSearchParams(address));
    if (body) mutate({ body });
  }, [address, mutate]);
  const ask = (body: Asked): void => {
    // The address must not say something else than what is shown.
    if (linked) setParams({}, { replace: true });
    mutate({ body });
  };
  return (
    <Page title={text('lookup.title')} description={text('lookup.description')}>
      <div className={classes.ways}>
        <DropFile onFingerprint={ask} />
        <PasteFingerprint onFingerprint={ask} isBusy={lookup.isPending} />
      </div>
      {linked && <Linked asked={linked} />}
      <div aria-live="polite">
        {lookup.isPending && <Waiting lines={WAITING_LINES} />}
        {!lookup.isPending && lookup.error && <LookupFailure error={lookup.error} />}
        {!lookup.isPending && lookup.data && <Results found={lookup.data} />}
      </div>
    </Page>
  );
}

function Linked({ asked }: { readonly asked: Asked }): ReactElement {
  const text = useText();
  const what =
    'fingerprintId' in asked
      ? text('lookup.again.fingerprint', { id: String(asked.fingerprintId) })
      : 'trackGid' in asked
        ? text('lookup.again.track', { id: asked.trackGid })
        : '';
  return <Words size="sm">{text('lookup.again', { what })}</Words>;
}
