import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../.ci/setup/root.ts';

interface SmallExtension {
  name: string;
  activationEvents: string[];
  /** Body of `activate`; `vscode` is there. */
  activate: string;
}

/** Packs an extension that does nothing: what the editor itself needs to load one. Answers the path of the package. */
export const packEmptyExtension = (folder: string): Promise<string> =>
  packExtension(folder, { name: 'empty', activationEvents: ['onCommand:empty.nothing'], activate: '' });

/** Packs one that puts a single thread into the first line of each `file` that is opened: what the editor itself needs to draw one. */
export const packThreadExtension = (folder: string, file: string): Promise<string> =>
  packExtension(folder, {
    name: 'thread',
    activationEvents: ['onStartupFinished'],
    activate: `
      const controller = vscode.comments.createCommentController('thread', 'Thread');
      const comment = { author: { name: 'Ada' }, body: 'Why?', mode: vscode.CommentMode.Preview };
      const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, ${JSON.stringify(file)});
      controller.createCommentThread(uri, new vscode.Range(0, 0, 0, 0), [comment]);`,
  });

async function packExtension(folder: string, { name, activationEvents, activate }: SmallExtension): Promise<string> {
  const source = join(folder, name);
  mkdirSync(source, { recursive: true });
  const manifest = {
    name,
    publisher: 'benchmate',
    version: '0.0.1',
    engines: { vscode: '^1.110.0' },
    main: './extension.js',
    activationEvents,
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'README.md'), `# ${name}\n`);
  writeFileSync(
    join(source, 'extension.js'),
    `const vscode = require('vscode');\nexports.activate = () => {${activate}\n};\n`,
  );
  const file = join(folder, `${name}.vsix`);
  const vsce = [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--out', file];
  await promisify(execFile)(process.execPath, [...vsce, '--skip-license', '--allow-missing-repository'], {
    cwd: source,
  });
  return file;
}
