import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage now. A WebAssembly memory is only given back to the system by the collector, which
 * sees a few hundred bytes of JavaScript there and is in no hurry: after a merge of a big index, twice
 * its size would stay resident for as long as the process is idle.
 */
export function collectGarbage(): void {
  if (!collect) {
    // The function exists only in contexts made while the flag is set.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
