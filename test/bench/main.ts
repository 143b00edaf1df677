// npm run bench -- <name>: runs one benchmark with its rival or limit in the same run and prints the ratio.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder)
  .filter(file => file.endsWith('.ts') && file !== 'main.ts')
  .map(file => file.slice(0, -3))
  .toSorted();
const name = process.argv[2];
if (!name || !names.includes(name) || !existsSync(`${folder}${name}.ts`)) {
  console.error(`Name one benchmark: npm run bench -- ${names.join(' | ')}`);
  process.exitCode = 2;
} else {
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<void> };
  await bench();
}
