import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { parseSync } from 'vite';
import { root } from '../setup/root.ts';
import { runTool } from '../setup/run-tool.ts';

export interface Import {
  /** Importing file, from the root. */
  from: string;
  /** Imported file from the root, or the bare package or `node:` name. */
  to: string;
  internal: boolean;
  /** Types alone: gone at run time. */
  typeOnly: boolean;
}

/** Every import of every source file that git knows or would add. */
export async function readImports(): Promise<Import[]> {
  const { output } = await runTool('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
  });
  const files = output
    .split('\n')
    .filter(file => /^(shared|desktop|extension|sync-server)\//.test(file) && !/\.(test|d)\.tsx?$/.test(file));
  return files.flatMap(importsOf);
}

function importsOf(file: string): Import[] {
  let source: string;
  try {
    source = readFileSync(join(root, file), 'utf8');
  } catch {
    return []; // deleted, not committed yet
  }
  const { module } = parseSync(file, source);
  const found: { specifier: string; typeOnly: boolean }[] = [];
  for (const { moduleRequest, entries } of module.staticImports)
    found.push({
      specifier: moduleRequest.value,
      typeOnly: entries.length > 0 && entries.every(entry => entry.isType),
    });
  for (const { entries } of module.staticExports)
    for (const entry of entries)
      if (entry.moduleRequest) found.push({ specifier: entry.moduleRequest.value, typeOnly: entry.isType });
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^['"](.+)['"]$/.exec(text);
    if (literal) found.push({ specifier: literal[1]!, typeOnly: false });
  }
  return found.map(({ specifier, typeOnly }) => ({ from: file, typeOnly, ...resolve(file, specifier) }));
}

function resolve(file: string, specifier: string): { to: string; internal: boolean } {
  if (specifier.startsWith('.'))
    return {
      to: relative(root, join(root, dirname(file), specifier))
        .split('\\')
        .join('/'),
      internal: true,
    };
  const shared = /^@benchmate\/shared\/(.+)$/.exec(specifier)?.[1];
  if (shared?.startsWith('ui/'))
    return { to: `shared/${shared}${shared.endsWith('.css') ? '' : '.tsx'}`, internal: true };
  if (shared?.startsWith('node/')) return { to: `shared/${shared}.ts`, internal: true };
  if (shared) return { to: posix.join('shared/src', `${shared}.ts`), internal: true };
  return { to: specifier, internal: false };
}
