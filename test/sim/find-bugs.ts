import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bugs } from './bugs.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Plants each bug in a process of its own and lets it look for so many seeds. Settles to the exit code: 0 when all were found. */
export async function findBugs(seeds: number): Promise<number> {
  const missed: string[] = [];
  for (const { name, says } of bugs) {
    console.log(`${name}: ${says}`);
    const child = spawn(process.execPath, [main, '--bug', name, '--seeds', String(seeds)], { stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) missed.push(name);
  }
  console.log(
    `${bugs.length - missed.length} of ${bugs.length} planted bugs found${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}.`,
  );
  return missed.length === 0 ? 0 : 1;
}
