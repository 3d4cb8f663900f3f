import { isIP } from 'node:net';
import type { Context } from '../../context.ts';
import { readDiskSpace, testDisk } from '../../settings/disk-test.ts';
import { estimateTracks } from '../../settings/estimate-tracks.ts';
import { isLoopback } from '../rate-limit.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { welcomeContract } from './contract/welcome.ts';

/** The first steps with a new appliance. */
export function welcomePart({ config, dataDir, databases }: Context): AdminPart {
  const { 'server.host': host, 'server.port': port } = config.settings;
  let isTesting = false;
  const handlers: Handlers<typeof welcomeContract> = {
    'GET /welcome': async () => ({
      dataDir,
      ...(await readDiskSpace(dataDir)),
      host,
      port,
      isOpen: host !== 'localhost' && !(isIP(host) !== 0 && isLoopback(host)),
      tracks: await estimateTracks(databases.fingerprint.pool),
    }),
    'POST /welcome/disk-test': async () => {
      if (isTesting) throw new AdminError('conflict', 'a test is running');
      isTesting = true;
      try {
        const speed = await testDisk(dataDir);
        if (!speed) throw new AdminError('refused', 'too little space is left to try');
        return speed;
      } finally {
        isTesting = false;
      }
    },
  };
  return adminPart(welcomeContract, handlers);
}
