import type { Context } from '../../context.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { dashboardContract } from './contract/dashboard.ts';

/** How the appliance is just now. */
export function dashboardPart({ live }: Context): AdminPart {
  const handlers: Handlers<typeof dashboardContract> = {
    'GET /dashboard/public': async () => {
      const { index, postgres } = await live.probe();
      return { lookupsWork: index === true && postgres === true };
    },
    'GET /dashboard': async () => {
      const { attention, services, ...overview } = await live.overview();
      return {
        ...overview,
        attention: [...attention],
        services: [...services],
        seconds: live.pulse.seconds(),
        lookups: live.pulse.summary(),
      };
    },
  };
  return adminPart(dashboardContract, handlers);
}
