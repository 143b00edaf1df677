import type { Delivery, Webhook } from '@benchmate/shared/domain/webhook';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { table } from './table.ts';
import { cell } from './terminal.ts';

export function webhookLines({
  webhookId,
  url,
  events,
  allowPrivate,
  off,
  paused,
  waiting,
  problem,
}: Webhook): TextLine[] {
  const lines: TextLine[] = [
    [
      ...cell(webhookId, 'heading'),
      part('  '),
      ...(off === null ? cell('on', 'good') : cell(paused ? 'paused' : 'off', paused ? 'warning' : 'bad')),
      part('  '),
      ...cell(url),
    ],
    cell(
      `  ${events.length > 0 ? events.join(', ') : 'all events'}${allowPrivate ? '; private addresses allowed' : ''}`,
      'muted',
    ),
  ];
  if (waiting > 0) lines.push(cell(`  ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}`));
  if (paused) lines.push(cell(`  → \`benchmate webhooks resume ${webhookId}\` sends again.`));
  else if (off !== null) {
    lines.push(cell(`  ${off}`, 'bad'));
    lines.push(cell(`  → Mend the receiver, then \`benchmate webhooks test ${webhookId}\` switches it on again.`));
  } else if (problem !== null) lines.push(cell(`  ${problem}`, 'warning'));
  return lines;
}

const tones = { waiting: 'warning', delivered: 'good', failed: 'bad' } as const;

export function deliveryTable(deliveries: readonly Delivery[], width: number | null): TextLine[] {
  const columns = [
    { title: 'created' },
    { title: 'event' },
    { title: 'state' },
    { title: 'tries', align: 'right' },
    { title: 'status', align: 'right' },
    { title: 'id' },
    { title: 'problem', least: 12 },
  ] as const;
  const rows = deliveries.map(({ createdAt, type, state, attempts, status, messageId, problem }) => [
    cell(new Date(createdAt).toISOString().slice(0, 19)),
    cell(type),
    cell(state, tones[state]),
    cell(String(attempts)),
    cell(status === null ? '' : String(status)),
    cell(messageId, 'muted'),
    cell(problem),
  ]);
  return table(columns, rows, width);
}
