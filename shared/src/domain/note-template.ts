/** What a note may begin as. */
export const noteTemplates = ['empty', 'decision'] as const;
export type NoteTemplate = (typeof noteTemplates)[number];

/**
 * The text that a note begins as. A decision record says what was decided and why, so that it can be looked at again: what it is
 * about is its first evidence.
 */
export function templateText(template: NoteTemplate, about: string | null = null): string {
  if (template === 'empty') return '';
  const evidence =
    about === null
      ? 'Link what shows it: `[0.912](run:8f3a#val/auc)` shows the value as it is now.'
      : `[${about}](${about})`;
  return `## Context

What made this decision necessary, and what limits it.

## Options

1. The first, with what speaks for and against it.
2. The second.

## Decision

Not decided yet.

## Evidence

- ${evidence}
`;
}
