import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../.ci/setup/root.ts';

/** Packs an extension that does nothing: what the editor itself needs to load one. Answers the path of the package. */
export async function packEmptyExtension(folder: string): Promise<string> {
  const source = join(folder, 'empty');
  mkdirSync(source, { recursive: true });
  const manifest = {
    name: 'empty',
    publisher: 'benchmate',
    version: '0.0.1',
    engines: { vscode: '^1.110.0' },
    main: './extension.js',
    activationEvents: ['onCommand:empty.nothing'],
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'README.md'), '# Empty\n');
  writeFileSync(join(source, 'extension.js'), 'exports.activate = () => {};\n');
  const file = join(folder, 'empty.vsix');
  const vsce = [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--out', file];
  await promisify(execFile)(process.execPath, [...vsce, '--skip-license', '--allow-missing-repository'], {
    cwd: source,
  });
  return file;
}
