import { handleOf } from '@benchmate/shared/domain/mention';
import { teamList } from '../engine/lists.ts';
import { monaco } from './monaco.ts';

/** After `@` the people of the team, by what mentions them. */
monaco.languages.registerCompletionItemProvider('markdown', {
  triggerCharacters: ['@'],
  provideCompletionItems(model, position) {
    const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
    const typed = /(?:^|[^\p{L}\p{N}_@./-])@([\p{L}\p{M}\p{N}_.-]*)$/u.exec(before);
    if (!typed) return { suggestions: [] };
    const range = new monaco.Range(
      position.lineNumber,
      position.column - typed[1]!.length - 1,
      position.lineNumber,
      position.column,
    );
    const people = teamList.snapshot().items[0]?.members.filter(({ active, agentOf }) => active && !agentOf) ?? [];
    const names = [...new Map(people.map(({ name, role }) => [handleOf(name), { name, role }]))];
    return {
      suggestions: names.map(([handle, { name, role }]) => ({
        label: { label: `@${handle}`, description: role },
        detail: name,
        kind: monaco.languages.CompletionItemKind.User,
        insertText: `@${handle} `,
        filterText: `@${handle}`,
        range,
      })),
    };
  },
});
