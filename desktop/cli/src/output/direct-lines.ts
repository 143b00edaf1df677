import type { TextLine } from '@benchmate/shared/diff/text-line';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import { ago } from './describe.ts';
import { cell } from './terminal.ts';

/** One line for each device on the other end, and what there is to say beside. */
export const directLines = ({ listening, peers, problem }: DirectStatus): TextLine[] => [
  ...(listening ? [cell(`Waiting for a teammate’s device on ${listening.host}:${listening.port}.`)] : []),
  ...peers.map(({ name, since }) => cell(`Connected directly with ${name} since ${ago(since)}.`)),
  ...(problem ? [cell(problem, 'warning')] : []),
  ...(!listening && peers.length === 0 && !problem ? [cell('No direct connection.')] : []),
];
