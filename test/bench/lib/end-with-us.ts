import { spawn, type ChildProcess } from 'node:child_process';

/** Remembers processes line by line and ends them, with their groups, once nobody writes to it any more. */
const script = `all=
while read -r sign pid; do
  if [ "$sign" = + ]; then all="$all $pid"; continue; fi
  left=; for one in $all; do [ "$one" = "$pid" ] || left="$left $one"; done; all=$left
done
for one in $all; do kill -9 -- "-$one" 2>/dev/null || kill -9 "$one" 2>/dev/null; done`;

let watchman: ChildProcess | null = null;

/**
 * However this process ends, on Unix also by `kill -9`, `child` and its group end with it: a server that is left over would take part in
 * every benchmark after it.
 */
export function endWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    const end = () => void child.kill();
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return;
  }
  watchman ??= startWatchman();
  watchman.stdin?.write(`+ ${pid}\n`);
  child.once('exit', () => watchman?.stdin?.write(`- ${pid}\n`));
}

function startWatchman(): ChildProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  (child.stdin as unknown as { unref: () => void }).unref();
  return child;
}
