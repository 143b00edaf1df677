import type { Command } from 'commander';
import { eventTypes, type EventType } from '@benchmate/shared/domain/bench-event';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { addGroup, addLeaf, numberOption, option, repeatedOption } from '../command.ts';
import type { Context } from '../context.ts';
import { deliveryTable, webhookLines } from '../output/webhook-lines.ts';
import { pickById } from '../pick-by-id.ts';

/** `benchmate webhooks …`: addresses that this device tells what happens. */
export function registerWebhooks(program: Command): void {
  const group = addGroup(
    program,
    'webhooks',
    'tell other programs what happens',
    'benchmate webhooks add https://example.org/hook --event alias.set',
  );

  addLeaf<{ event?: string[]; allowPrivate?: boolean }>(group, {
    spec: 'add <url>',
    description: 'send events to an address, signed; prints the secret that verifies them, once',
    examples: [
      'benchmate webhooks add https://example.org/hook',
      'benchmate webhooks add http://127.0.0.1:8080/ --event run.finished --event run.failed --allow-private',
    ],
    options: [
      repeatedOption('--event <type>', `only this (default: all of ${eventTypes.join(', ')})`),
      option('--allow-private', 'allow an address of this machine or of a private network'),
    ],
    run: async (context, [url], { event = [], allowPrivate = false }) => {
      const events = event.map(checkedType);
      const engine = await context.engine();
      const added = await engine.webhooks.add.mutate({ url: String(url), events, allowPrivate });
      const { webhookId } = added.webhook;
      context.print(added, () => [
        `Webhook ${webhookId} is on.`,
        `Secret: ${added.secret}`,
        'Give it to the receiver now: it is not shown again.',
        `Try it with \`benchmate webhooks test ${webhookId}\`.`,
      ]);
    },
  });

  addLeaf(group, {
    spec: 'list',
    description: 'all webhooks of this device, and what is wrong with them',
    examples: ['benchmate webhooks list'],
    run: async context => {
      const webhooks = await (await context.engine()).webhooks.list.query();
      context.print(webhooks, () =>
        webhooks.length === 0 ? ['This device tells nobody.'] : webhooks.flatMap(webhookLines),
      );
    },
  });

  addLeaf(group, {
    spec: 'remove <webhook>',
    description: 'send nothing more; what waits is dropped',
    examples: ['benchmate webhooks remove 3f2a91bc'],
    run: async (context, [wanted]) => {
      const { webhookId } = await find(context, wanted);
      const removed = await (await context.engine()).webhooks.remove.mutate({ webhookId });
      context.print(removed, () => [`Webhook ${webhookId} is gone.`]);
    },
  });

  for (const [spec, paused, description] of [
    ['pause <webhook>', true, 'send nothing for now: what waits stays, what happens meanwhile is not sent'],
    ['resume <webhook>', false, 'send again, what waits first'],
  ] as const)
    addLeaf(group, {
      spec,
      description,
      examples: [`benchmate webhooks ${spec.replace('<webhook>', '3f2a91bc')}`],
      run: async (context, [wanted]) => {
        const { webhookId } = await find(context, wanted);
        const changed = await (await context.engine()).webhooks.setPaused.mutate({ webhookId, paused });
        context.print(changed, () => webhookLines(changed));
      },
    });

  addLeaf(group, {
    spec: 'test <webhook>',
    description: 'send a test now; one that succeeds switches the webhook on again (exit code 1 when it fails)',
    examples: ['benchmate webhooks test 3f2a91bc'],
    run: async (context, [wanted]) => {
      const { webhookId } = await find(context, wanted);
      const sent = await (await context.engine()).webhooks.test.mutate({ webhookId });
      const delivered = sent.state === 'delivered';
      context.print(sent, () => [delivered ? `The receiver answered ${sent.status}.` : sent.problem]);
      return delivered ? 0 : 1;
    },
  });

  addLeaf<{ limit: number }>(group, {
    spec: 'deliveries <webhook>',
    description: 'what was sent and what waits, newest first',
    examples: ['benchmate webhooks deliveries 3f2a91bc'],
    options: [numberOption('--limit <n>', 'how many at most', 50)],
    run: async (context, [wanted], { limit }) => {
      const { webhookId } = await find(context, wanted);
      const all = await (await context.engine()).webhooks.deliveries.query({ webhookId, limit });
      context.print(all, () =>
        all.length === 0 ? ['Nothing was sent yet.'] : deliveryTable(all, context.terminal.width),
      );
    },
  });
}

async function find(context: Context, wanted: unknown) {
  const webhooks = await (await context.engine()).webhooks.list.query();
  return pickById(webhooks, String(wanted), { what: 'webhook', id: ({ webhookId }) => webhookId });
}

function checkedType(text: string): EventType {
  const type = eventTypes.find(each => each === text);
  if (type) return type;
  throw new BenchmateError('BAD_REQUEST', `There is no event '${text}'.`, `Write one of ${eventTypes.join(', ')}.`);
}
