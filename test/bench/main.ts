// npm run bench -- <name>: runs one benchmark with its rival or limit in the same run and prints the ratio.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitOnSignals } from '../support/exit-on-signals.ts';

exitOnSignals();
const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder)
  .filter(file => file.endsWith('.ts') && file !== 'main.ts')
  .map(file => file.slice(0, -3))
  .toSorted();
const name = process.argv[2];
if (name === undefined) console.log(`npm run bench -- ${names.join(' | ')}`);
else if (!names.includes(name)) {
  console.error(`There is no benchmark ${name}: npm run bench -- ${names.join(' | ')}`);
  process.exitCode = 2;
} else {
  // What users run is measured, whoever calls this.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, [fileURLToPath(new URL('../../.ci/build.ts', import.meta.url))], {
    stdio: 'inherit',
    env,
  });
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<void> };
  await bench();
}
