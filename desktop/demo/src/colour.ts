import { styleText } from 'node:util';
import type { TextLine, Tone } from '@benchmate/shared/diff/text-line';

const styles: Record<Tone, Parameters<typeof styleText>[0] | null> = {
  plain: null,
  heading: 'bold',
  muted: 'dim',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  added: 'green',
  removed: 'red',
};

/** Lines for a terminal; without colour where it cannot or must not show any (NO_COLOR, no TTY). */
export function paint(lines: readonly TextLine[]): string {
  const paintPart = ({ text, tone }: TextLine[number]) => {
    const style = styles[tone];
    return style ? styleText(style, text, { stream: process.stdout }) : text;
  };
  return lines.map(line => line.map(paintPart).join('').trimEnd()).join('\n');
}
