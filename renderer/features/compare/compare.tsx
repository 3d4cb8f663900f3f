import type { ReactElement } from 'react';
import { IconColumns2 } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { ApiError } from '../../api/errors.ts';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Choose } from './choose.tsx';
import { Workbench } from './workbench.tsx';

const WAITING_LINES = 14;

/** Two fingerprints beside each other; without two in the address it asks for them. */
export function Component(): ReactElement {
  const text = useText();
  const { a, b } = useParams();
  return (
    <Page title={text('compare.title')} description={text('compare.description')}>
      <Choose key={`${a} ${b}`} a={idOf(a)} b={idOf(b)} />
      {a !== undefined && b !== undefined && <Compared key={`${a}/${b}`} a={a} b={b} />}
    </Page>
  );
}

function Compared({ a, b }: { readonly a: string; readonly b: string }): ReactElement {
  const text = useText();
  const query = useApi('GET /fingerprints/:a/comparison/:b', { params: { a, b } });
  if (query.error instanceof ApiError && query.error.kind === 'not_found') {
    return (
      <NothingHere icon={<IconColumns2 />} title={text('compare.missing')}>
        {text('compare.missing.text')}
      </NothingHere>
    );
  }
  return (
    <Loaded query={query} lines={WAITING_LINES}>
      {(comparison) => <Workbench comparison={comparison} />}
    </Loaded>
  );
}

function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
