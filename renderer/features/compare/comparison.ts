import type { Answer } from '../../api/client.ts';

export type Comparison = Answer<'GET /fingerprints/:a/comparison/:b'>;
