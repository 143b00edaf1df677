import { existsSync, statSync } from 'node:fs';
import type { ListrTask } from 'listr2';
import type { DemoContext } from '../context.ts';
import { expect } from '../expect.ts';

export const openCompanion: ListrTask<DemoContext> = {
  title: 'Open the companion and the editor',
  task: async context => {
    const { url } = await context.me.client.system.companionLink.mutate({ path: '/' });
    const page = await fetch(url.split('#')[0]!);
    expect(
      page.ok && (await page.text()).includes('<div id="root"'),
      `The companion does not answer at ${url.split('#')[0]}.`,
    );
    const { vsix } = context.programs;
    expect(existsSync(vsix), `The extension was not built: ${vsix} is missing.`);
    const mib = (statSync(vsix).size / 2 ** 20).toFixed(1);
    const lines = [
      `Companion   ${url}`,
      '            (works once, for two minutes; `Benchmate: Open Companion` in the editor makes another)',
      `Extension   code --install-extension ${JSON.stringify(vsix)}   (${mib} MiB)`,
      `Project     code ${JSON.stringify(context.projectDir)}`,
      ...(context.options.once ? [] : ['Ctrl+C ends everything that was started here.']),
    ];
    context.report.push(lines.join('\n'));
  },
};
