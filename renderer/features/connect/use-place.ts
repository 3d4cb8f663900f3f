import { useSession } from '../../api/session.ts';
import { useApi } from '../../api/use-api.ts';
import type { Place } from './recipes.ts';

const APPLICATION_PLACEHOLDER = 'APPLICATION_KEY';
const USER_PLACEHOLDER = 'USER_KEY';

/** Address and keys for the recipes: those of whoever is signed in, else words in their place. */
export function usePlace(): Place {
  const isSignedIn = useSession()?.account != null;
  const only = { enabled: isSignedIn };
  const applications = useApi('GET /applications', { query: { limit: 50 } }, only);
  const id = applications.data?.rows.find(({ active }) => active)?.id;
  const params = { id: id ?? 0 };
  const application = useApi(
    'GET /applications/:id/key',
    { params },
    { enabled: id !== undefined },
  );
  const user = useApi('GET /account/key', {}, only);
  const { hostname, origin, port, protocol } = window.location;
  return {
    origin,
    host: hostname,
    port: port === '' ? (protocol === 'https:' ? '443' : '80') : port,
    application: (isSignedIn ? application.data?.apikey : undefined) ?? APPLICATION_PLACEHOLDER,
    user: (isSignedIn ? user.data?.apikey : undefined) ?? USER_PLACEHOLDER,
  };
}
