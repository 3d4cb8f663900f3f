import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { healthQuery } from '../../api/health.ts';
import type { Health } from '../../api/health.ts';
import { CopyableText } from './copyable-text.tsx';

/** The first page: whether the service answers, and how to point a tagger at it. */
export function Overview({ origin }: { readonly origin: string }): ReactElement {
  const { data: health } = useQuery(healthQuery);
  const api = `${origin}/v2/`;
  return (
    <main>
      <header>
        <img src="./icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>AcoustID appliance</h1>
          <p>{`Identifies music by how it sounds, on this machine.`}</p>
        </div>
        <HealthBadge health={health} />
      </header>

      <section aria-labelledby="api">
        <h2 id="api">API address</h2>
        <p>Point taggers here instead of api.acoustid.org, with the keys below.</p>
        <CopyableText label="API address" text={api} />
        <p className="after">
          Everything it takes and answers is in the <a href="./docs/api">API reference</a>.
        </p>
      </section>

      <section aria-labelledby="keys">
        <h2 id="keys">Keys</h2>
        <p>
          The first start printed a client key, for programs that ask, and a user key, for
          submissions. This prints them again:
        </p>
        <CopyableText label="Command that prints the keys" text="npm run acoustid -- first-keys" />
      </section>

      <section aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <p>
          <code>fpcalc FILE</code> prints the duration and the fingerprint of a file. Ask who sounds
          like it:
        </p>
        <CopyableText
          label="Example lookup"
          text={`curl ${api}lookup -d client=KEY -d meta=recordingids -d duration=SECONDS -d fingerprint=FINGERPRINT`}
        />
      </section>
    </main>
  );
}

const HEALTH_WORDS: Readonly<Record<Health['state'], string>> = {
  ok: 'Answering',
  refusing: 'Not taking requests',
  unreachable: 'Not answering',
};

function HealthBadge({ health }: { readonly health: Health | undefined }): ReactElement {
  const words = health ? HEALTH_WORDS[health.state] : 'Asking…';
  const reason = health?.state === 'refusing' ? `: ${health.reason}` : '';
  return (
    <output className={`health health-${health?.state ?? 'unknown'}`}>{words + reason}</output>
  );
}
