import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { makeProgram } from './program.ts';

const commands = `
  archive, audit export, audit verify, bundle export, bundle import, bundle invite, bundle join, card diff, card export, card lint, card merge, card new, card update, companion, connect, diff,
  drafts comment, drafts discard, drafts list, drafts note, drafts publish, drafts reply, drafts show, drafts write,
  engine run, engine start, engine status, engine stop, env, inbox dismiss, invite,
  jobs cancel, jobs list, jobs log, jobs show, jobs submit, join, new, notes encrypt, notes list, notes new, notes show, notes write,
  policy apply, policy check,
  registry approve, registry as-of, registry history, registry list, registry policy, registry promote, registry pull, registry push, registry register, registry resolve, registry show,
  review apply, review approve, review changes, review check, review comment, review decline, review diff, review react, review reply, review request, review required, review resolve, review session, review show, review submit, review threads,
  runs compare, runs list, runs pin, runs share, runs show, search,
  snapshot merge, snapshot read, snapshot setup, snapshot write,
  store backup, store check, store clean, store compact, store restore, sync connect, sync direct connect, sync direct listen, sync direct stop, sync folder, sync pause, sync resume, sync sign-out, sync status,
  team agent, team device, team invites withdraw, team key, team recover, team recovery-key, team remove, team role, team roles,
  watch, webhooks add, webhooks deliveries, webhooks list, webhooks pause, webhooks remove, webhooks resume, webhooks test`;

function help(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: part => (text += part) }).outputHelp();
  return text;
}

test('every command has help with an example', () => {
  const visit = (command: Command, path: readonly string[]): string[] => {
    expect(help(command), path.join(' ')).toMatch(/\nExample:\n {2}\S/);
    expect(command.description(), path.join(' ')).not.toBe('');
    if (command.commands.length === 0) return [path.join(' ')];
    return command.commands.flatMap(child => visit(child, [...path, child.name()]));
  };
  expect(visit(makeProgram(), []).toSorted()).toEqual(commands.split(',').map(name => name.trim()));
});
