import { data } from './data.js';
import { facts, h, number, time } from './elements.js';

export function notesPage() {
  return [
    'Notes',
    data.notes.length === 0 ? h('p', null, 'No notes.') : null,
    ...data.notes.flatMap(note => [
      h('h2', null, note.title),
      h('p', { class: 'quiet' }, `${note.author.name}, ${time(note.createdAt)} UTC`),
      h('div', { class: 'prose' }, note.body),
    ]),
  ];
}
export function threadsPage() {
  return [
    'Threads',
    data.threads.length === 0 ? h('p', null, 'No threads.') : null,
    ...data.threads.flatMap(thread => [
      h('h2', null, `${thread.path}:${thread.anchor.line + 1} (${thread.resolved ? 'resolved' : 'open'})`),
      thread.anchor.quote === '' ? null : h('blockquote', null, thread.anchor.quote),
      ...thread.comments.flatMap(({ author, at, body }) => [
        h('p', { class: 'quiet' }, `${author.name}, ${time(at)} UTC`),
        h('div', { class: 'prose' }, body),
      ]),
    ]),
  ];
}
export function aboutPage() {
  const { team, createdAt, version, counts } = data.archive;
  return [
    'About this archive',
    h(
      'p',
      null,
      `Team ${team.name}. Written on ${time(createdAt)} UTC by Benchmate ${version}. It needs no server and no program but a browser.`,
    ),
    facts(Object.entries(counts).map(([name, count]) => [name, number(count)])),
    h(
      'p',
      null,
      'Every part of it is also a file beside this page: ',
      h('a', { href: 'README.txt' }, 'README.txt'),
      ' says which, and ',
      h('a', { href: 'schema.json' }, 'schema.json'),
      ' what is in each line.',
    ),
  ];
}
