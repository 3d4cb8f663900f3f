import type { ApiMethod } from '../api-handler.ts';
import { BODY_BYTES_MAX, PARTS_MAX } from '../request-parameters.ts';
import { AUDIO_BYTES_MAX } from './audio-upload.ts';
import { LOCAL_LIMITS, PUBLIC_LIMITS, TOLERANCE_SECONDS } from './lookup-parameters.ts';
import type { BatchLimits } from './lookup-parameters.ts';

/** `/v2/limits`, ours: how much one request may hold. No key is needed. */
export const limitsMethod: ApiMethod = async (_parameters, { admit, isLocal }) => {
  await admit(undefined);
  return {
    body_bytes: BODY_BYTES_MAX,
    parts: PARTS_MAX,
    batch: renderBatch(PUBLIC_LIMITS),
    maxdurationdiff: {
      min: TOLERANCE_SECONDS.min,
      max: TOLERANCE_SECONDS.max,
      default: TOLERANCE_SECONDS.fallback,
    },
    // What a client on this machine may do besides, if it asks for it.
    ...(isLocal
      ? { local: { batch: renderBatch(LOCAL_LIMITS), audio_bytes: AUDIO_BYTES_MAX } }
      : {}),
  };
};

function renderBatch({ fingerprints, trackIds }: BatchLimits): { [key: string]: number } {
  return { fingerprints, trackids: trackIds };
}
