import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What runs leave behind is garbage after a moment, and V8 would let it grow to hundreds of megabytes before it looks. */
const runsBetween = 150;

/** A function to be called once for each run. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let runs = 0;
  return () => {
    if (++runs % runsBetween === 0) collect();
  };
}
