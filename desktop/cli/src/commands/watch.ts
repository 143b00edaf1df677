import type { Command } from 'commander';
import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import { eventSentence } from '@benchmate/shared/diff/event-sentence';
import { part, type TextLine, type Tone } from '@benchmate/shared/diff/text-line';
import { addLeaf } from '../command.ts';
import type { Context } from '../context.ts';
import { cell } from '../output/terminal.ts';

/** `benchmate watch`: what happens, as it happens. */
export function registerWatch(program: Command): void {
  addLeaf(program, {
    spec: 'watch',
    description: 'print what happens as it happens, one line each, until Ctrl+C; with --json one document per line',
    examples: ['benchmate watch', 'benchmate watch --json'],
    run: async context => {
      const { webhooks } = await context.engine();
      context.tell('Reviews, promotions, runs and jobs are shown as they happen. Ctrl+C ends it.');
      await new Promise<void>((resolve, reject) => {
        const subscription = webhooks.events.subscribe(undefined, {
          next: event => show(context, event),
          missed: () => context.tell('Something may have happened that is not shown here.'),
          disconnected: () => context.tell('The engine does not answer; waiting for it.'),
          error: error => (context.signal.aborted ? resolve() : reject(error)),
        });
        const end = () => {
          subscription.unsubscribe();
          resolve();
        };
        context.signal.addEventListener('abort', end, { once: true });
        if (context.signal.aborted) end();
      });
    },
  });
}

const tones: Partial<Record<BenchEvent['type'], Tone>> = {
  'review.asked': 'warning',
  'review.requested': 'warning',
  'alias.contested': 'bad',
  'alias.set': 'good',
  'alias.resolved': 'good',
  'run.failed': 'bad',
  'job.failed': 'bad',
};

function show(context: Context, event: BenchEvent): void {
  if (context.json) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    return;
  }
  const line: TextLine = [
    ...cell(new Date(event.at).toLocaleTimeString('en-GB'), 'muted'),
    part('  '),
    ...cell(event.type.padEnd(16), tones[event.type] ?? 'plain'),
    part('  '),
    ...cell(eventSentence(event)),
  ];
  context.print(event, () => [line]);
}
