import { part, type TextLine, type Tone } from '@benchmate/shared/diff/text-line';

export interface Terminal {
  color: boolean;
  /** Columns; null where the output is no terminal: nothing is cut off then. */
  width: number | null;
}

/** `NO_COLOR` (no-color.org) wins over `FORCE_COLOR`; without either, colour is for terminals. */
export function terminalOf(stream: { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  return { color: !env['NO_COLOR'] && (forced || isTerminal), width: isTerminal ? (stream.columns ?? 80) : null };
}

const codes: Record<Tone, string> = {
  plain: '',
  heading: '1',
  muted: '2',
  good: '32',
  bad: '31',
  warning: '33',
  added: '32',
  removed: '31',
};

export function paint(line: TextLine): string {
  return line
    .map(({ text, tone }) => (codes[tone] && text.trim() ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text))
    .join('')
    .trimEnd();
}

/** Names and messages come from anywhere: what would move the cursor or change the terminal is shown as a space. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

export const cell = (text: string, tone: Tone = 'plain'): TextLine => [part(printable(text), tone)];
