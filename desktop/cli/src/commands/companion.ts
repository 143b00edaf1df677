import type { Command } from 'commander';
import { addLeaf } from '../command.ts';

/** `benchmate companion`: the same bench in a browser. */
export function registerCompanion(program: Command): void {
  addLeaf(program, {
    spec: 'companion',
    description: 'a link that opens the bench in a browser, valid once and for two minutes',
    examples: ['benchmate companion'],
    run: async context => {
      const link = await (await context.engine()).system.companionLink.mutate({});
      context.print(link, () => [link.url]);
    },
  });
}
