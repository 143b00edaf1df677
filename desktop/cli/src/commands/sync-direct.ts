import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { addGroup, addLeaf, numberOption, option } from '../command.ts';
import { directLines } from '../output/direct-lines.ts';

const loopback = '127.0.0.1';

/** `benchmate sync direct …`: two devices without anything in between. */
export function registerSyncDirect(sync: Command): void {
  const group = addGroup(
    sync,
    'direct',
    'share with one teammate’s device over a network, without a server',
    'benchmate sync direct listen --host 192.168.1.5',
  );

  addLeaf<{ host: string; port: number }>(group, {
    spec: 'listen',
    description: 'wait for a teammate’s device, until `stop`; prints the address that it connects to',
    examples: ['benchmate sync direct listen --host 192.168.1.5'],
    options: [
      option('--host <address>', 'address of this machine that the teammate reaches').default(loopback),
      numberOption('--port <n>', 'port; 0 takes a free one', 0),
    ],
    run: async (context, _args, { host, port }) => {
      const listening = await (await context.engine()).direct.listen.mutate({ host, port });
      context.print(listening, () => [
        listening.address,
        `Listening on ${host}:${listening.port}, for the first device of the team that uses this address. It is secret: send it to your teammate only.`,
        'They run: benchmate sync direct connect ADDRESS',
        ...(host === loopback ? [onlyHere] : []),
      ]);
    },
  });

  addLeaf(group, {
    spec: 'connect <address>',
    description: 'connect to a teammate’s device; `-` reads the address from stdin, so that no process list shows it',
    examples: ['benchmate sync direct connect - < address.txt'],
    run: async (context, [given]) => {
      const address = given === '-' ? (await text(process.stdin)).trim() : String(given);
      const status = await (await context.engine()).direct.connect.mutate({ address });
      context.print(status, () => directLines(status));
    },
  });

  addLeaf(group, {
    spec: 'stop',
    description: 'end all direct connections, listen no more, and forget the addresses',
    examples: ['benchmate sync direct stop'],
    run: async context => {
      const status = await (await context.engine()).direct.stop.mutate();
      context.print(status, () => directLines(status));
    },
  });
}

const onlyHere: TextLine = [
  part(`Only programs on this machine reach ${loopback}: --host opens another address.`, 'muted'),
];
