import type { Command } from 'commander';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { inboxLines } from '../output/inbox-lines.ts';
import { pickById } from '../pick-by-id.ts';

/** `benchmate inbox`: what waits for this person. */
export function registerInbox(program: Command): void {
  const inbox = addLeaf<{ project?: string }>(program, {
    spec: 'inbox',
    description: 'what waits for you, most pressing first: contested aliases, reviews, refused edits',
    examples: ['benchmate inbox', 'benchmate inbox --project churn --json'],
    options: [option('--project <name>', 'id or name of a project, or what the names of its models begin with')],
    run: async (context, _args, { project }) => {
      const items = await readAll(context, project);
      context.print(items, () => inboxLines(items, Date.now()));
    },
  });
  // Else `inbox --json` and `inbox dismiss … --json` would be the same option.
  inbox.enablePositionalOptions();

  addLeaf(inbox, {
    spec: 'dismiss <item>',
    description: 'put away what nobody can settle any more: a fork, a fact that does not count, an invite that ends',
    examples: ['benchmate inbox dismiss fork:Jz3k'],
    run: async (context, [wanted]) => {
      const naming = { what: 'item in your inbox', id: ({ itemId }: InboxItem) => itemId };
      const { itemId } = pickById(await readAll(context), String(wanted), naming);
      const item = await (await context.engine()).inbox.dismiss.mutate({ itemId });
      context.print(item, () => [`Put away: ${item.sentence}`]);
    },
  });
}

async function readAll(context: Context, project?: string): Promise<InboxItem[]> {
  const { inbox } = await context.engine();
  const items: InboxItem[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Awaited<ReturnType<typeof inbox.list.query>> = await inbox.list.query({
      ...(project === undefined ? {} : { project }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.cursor;
  }
  return items;
}
