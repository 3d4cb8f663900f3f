import type { Context } from '../../context.ts';
import { SERVICES } from '../../live/service-states.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { servicesContract } from './contract/services.ts';

/** The parts of the appliance as processes. */
export function servicesPart({ live, log }: Context): AdminPart {
  const handlers: Handlers<typeof servicesContract> = {
    'GET /services': () => live.viewServices(),
    'POST /services/:name/restart': ({ account, params }) => {
      const name = SERVICES.find((each) => each === params.name);
      if (!name) throw new AdminError('not_found', 'there is no such service');
      if (!live.services.restart(name)) {
        throw new AdminError('refused', `${name} is not run by this appliance`);
      }
      log.info({ account: account?.id, service: name }, 'restart of a service asked for');
      return Promise.resolve();
    },
  };
  return adminPart(servicesContract, handlers);
}
