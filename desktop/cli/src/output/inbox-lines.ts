import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago } from './describe.ts';
import { cell } from './terminal.ts';

/** Two lines for each: what is the matter and since when, what to do and the command that does it. */
export function inboxLines(items: readonly InboxItem[], nowMs: number): TextLine[] {
  if (items.length === 0) return [cell('Nothing waits for you.')];
  return items.flatMap(item => [
    [
      ...cell(item.sentence, pressing.has(item.kind) ? 'bad' : 'heading'),
      part('  '),
      ...cell(times(item, nowMs), 'muted'),
    ],
    ...item.evidence.map(line => cell(`    ${line}`, 'muted')),
    [...cell(`  → ${item.next}`), part('  '), ...cell(commands(item).join(' or '), 'muted')],
  ]);
}

const pressing: ReadonlySet<InboxItem['kind']> = new Set([
  'refused-device',
  'fork',
  'contested',
  'quota',
  'refused-edit',
]);

const times = ({ since, until }: InboxItem, nowMs: number): string =>
  until === null ? ago(since) : `${formatDuration(until - nowMs)} left`;

/** What to type next. */
const commands = ({ itemId, kind, place, dismissible }: InboxItem): string[] =>
  [wordsFor(kind, place), ...(dismissible ? [['inbox', 'dismiss', itemId]] : [])].map(
    words => `\`${['benchmate', ...words].map(quoted).join(' ')}\``,
  );

function wordsFor(kind: InboxItem['kind'], place: InboxItem['place']): string[] {
  if (kind === 'not-shared') return ['sync', 'status'];
  if (kind === 'invite') return ['invite'];
  if (place.kind === 'webhook') return ['webhooks', 'test', place.webhookId];
  if (place.kind === 'thread') return ['review', 'threads', place.path, '--project', place.projectId];
  if (place.kind === 'file') return ['review', 'show', place.path];
  if (place.kind === 'note') return ['notes', 'show', place.noteId];
  if (place.kind === 'team') return ['team'];
  const { model, alias } = place;
  const version = place.version === null ? [] : [String(place.version)];
  if (alias !== null && kind === 'contested') return ['registry', 'resolve', model, alias, ...version];
  if (alias !== null && kind === 'promotion') return ['registry', 'promote', model, ...version, alias];
  if (kind === 'review' || kind === 'approval') return ['registry', 'approve', model, ...version];
  return ['registry', 'show', model];
}

/** A word as a POSIX shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
