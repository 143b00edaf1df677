import type { Command } from 'commander';
import { parsePageLink, pathOfLink } from '@benchmate/shared/domain/page-link';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addLeaf } from '../command.ts';

/** `benchmate companion`: the same bench in a browser. */
export function registerCompanion(program: Command): void {
  addLeaf(program, {
    spec: 'companion [link]',
    description:
      'a link that opens the bench in a browser, valid once and for two minutes; at what a teammate’s link leads to',
    examples: ['benchmate companion', 'benchmate companion vscode://benchmate.benchmate/models/churn/v9'],
    run: async (context, [sent]) => {
      const page = sent === undefined ? null : parsePageLink(String(sent));
      if (sent !== undefined && !page)
        throw new BenchmateError(
          'BAD_REQUEST',
          'This link leads to nothing that Benchmate shows.',
          'Give one as “Copy link” in the companion makes it, or as texts have it: run:8f3a, model:churn/9, note:Jg3f.',
        );
      const path = page ? pathOfLink(page) : '/';
      const link = await (await context.engine()).system.companionLink.mutate({ path });
      context.print(link, () => [link.url]);
    },
  });
}
