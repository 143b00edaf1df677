import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { noteBody, replaceText, writeNote } from './note-document.ts';
import { applyOrPark, hasPending, isParked } from './pending.ts';
import { addFile, addNote, baselineOf, filesOf, notesOf, pinBaseline, retitleNote } from './project-document.ts';
import { shareProject, teamProjects } from './team-document.ts';
import { moveThread, replyTo, setResolved, startThread, threadsOf } from './threads-document.ts';

const author = { device: 'd', name: 'Ana' };
const comment = (commentId: string, at = 1) => ({ commentId, author, body: `says ${commentId}`, at });
const anchor = { quote: 'q', prefix: '', suffix: '', line: 3 };

function pair(): [Y.Doc, Y.Doc] {
  return [new Y.Doc(), new Y.Doc()];
}
function merge(a: Y.Doc, b: Y.Doc): void {
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)));
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)));
}

describe('notes', () => {
  it('keeps what a teammate writes elsewhere in the note', () => {
    const [a, b] = pair();
    writeNote(a, 'The first point holds.\nThe second point fails.\nThe third is open.\n');
    merge(a, b);
    writeNote(a, noteBody(a).replace('first point holds', 'first claim holds'));
    writeNote(b, noteBody(b).replace('second point fails', 'second point holds, too'));
    merge(a, b);
    expect(noteBody(a)).toBe('The first claim holds.\nThe second point holds, too.\nThe third is open.\n');
    expect(noteBody(b)).toBe(noteBody(a));
  });

  it('leaves words between two changes untouched', () => {
    const [a, b] = pair();
    writeNote(a, 'alpha beta gamma delta');
    merge(a, b);
    writeNote(a, 'ALPHA beta gamma DELTA');
    writeNote(b, 'alpha beta-two gamma delta');
    merge(a, b);
    expect(noteBody(a)).toBe('ALPHA beta-two gamma DELTA');
  });

  it('turns any text into any other, also across surrogate pairs', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '\n', '😀', '😁', '🤖', 'é', '.');
    const text = fc.array(unit, { maxLength: 40 }).map(units => units.join(''));
    fc.assert(
      fc.property(text, text, (from, to) => {
        const doc = new Y.Doc();
        doc.getText('body').insert(0, from);
        replaceText(doc.getText('body'), to);
        const copy = new Y.Doc();
        Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
        expect(noteBody(copy)).toBe(to);
      }),
    );
  });

  it('writes nothing when nothing changed', () => {
    const doc = new Y.Doc();
    writeNote(doc, 'same');
    let updates = 0;
    doc.on('update', () => updates++);
    writeNote(doc, 'same');
    expect(updates).toBe(0);
  });
});

describe('projects', () => {
  it('pins and unpins the baseline, and lists notes newest first', () => {
    const doc = new Y.Doc();
    pinBaseline(doc, 'run-1');
    expect(baselineOf(doc)).toBe('run-1');
    pinBaseline(doc, null);
    expect(baselineOf(doc)).toBeNull();
    addNote(doc, { noteId: 'n1', title: 'One', author, createdAt: 1 });
    addNote(doc, { noteId: 'n2', title: 'Two', author, createdAt: 2 });
    doc.getMap('notes').set('broken', 'nonsense');
    retitleNote(doc, 'n1', 'First');
    expect(notesOf(doc).map(({ title }) => title)).toEqual(['Two', 'First']);
    addFile(doc, 'abc', 'MODEL_CARD.md');
    expect([...filesOf(doc)]).toEqual([['abc', 'MODEL_CARD.md']]);
  });

  it('are known to the team by name', () => {
    const doc = new Y.Doc();
    shareProject(doc, { projectId: 'p2', name: 'Churn' });
    shareProject(doc, { projectId: 'p1', name: 'Fraud' });
    shareProject(doc, { projectId: 'p2', name: 'Attrition' });
    expect(teamProjects(doc)).toEqual([
      { projectId: 'p1', name: 'Fraud' },
      { projectId: 'p2', name: 'Attrition' },
    ]);
  });
});

describe('threads', () => {
  const place = { projectId: 'p', path: 'MODEL_CARD.md' };

  it('keeps both of two replies made apart, in one order for everybody', () => {
    const [a, b] = pair();
    startThread(a, { threadId: 't', anchor, comment: comment('c1') });
    merge(a, b);
    expect(replyTo(a, 't', comment('from-a'))).toBe(true);
    expect(replyTo(b, 't', comment('from-b'))).toBe(true);
    setResolved(b, 't', true);
    merge(a, b);
    const [thread] = threadsOf(a, place);
    expect(thread).toMatchObject({ threadId: 't', ...place, resolved: true });
    expect(thread!.comments.map(({ commentId }) => commentId).toSorted()).toEqual(['c1', 'from-a', 'from-b']);
    expect(threadsOf(b, place)).toEqual(threadsOf(a, place));
  });

  it('says when there is no such thread, and leaves out what makes no sense', () => {
    const doc = new Y.Doc();
    expect(replyTo(doc, 'none', comment('c'))).toBe(false);
    expect(setResolved(doc, 'none', true)).toBe(false);
    doc.getMap('threads').set('broken', new Y.Map([['anchor', 'nonsense']]));
    expect(threadsOf(doc, place)).toEqual([]);
  });

  it('remembers where a thread was found again', () => {
    const doc = new Y.Doc();
    startThread(doc, { threadId: 't', anchor, comment: comment('c1') });
    moveThread(doc, 't', { ...anchor, line: 9 });
    expect(threadsOf(doc, place)[0]!.anchor.line).toBe(9);
  });
});

describe('pending', () => {
  const changes = (source: Y.Doc, edit: (body: Y.Text) => void): Uint8Array => {
    let update: Uint8Array = new Uint8Array();
    source.once('update', made => (update = made));
    edit(source.getText('body'));
    return update;
  };

  it('notices an update that waits for one that is missing', () => {
    const source = new Y.Doc();
    const first = changes(source, body => body.insert(0, 'a'));
    const second = changes(source, body => body.insert(1, 'b'));
    const target = new Y.Doc();
    const parked = applyOrPark(target, second, 'test');
    expect(hasPending(target) && isParked(target, parked!)).toBe(true);
    expect(applyOrPark(target, first, 'test')).toBe(null);
    expect(isParked(target, parked!)).toBe(false);
    expect(noteBody(target)).toBe('ab');
  });

  it('tells an update that is whole from one that waits, also while another waits for ever', () => {
    const [gone, here] = [new Y.Doc(), new Y.Doc()];
    changes(gone, body => body.insert(0, 'lost'));
    const orphan = changes(gone, body => body.insert(4, 'orphan'));
    const target = new Y.Doc();
    expect(applyOrPark(target, orphan, 'test')).not.toBe(null);
    expect(
      applyOrPark(
        target,
        changes(here, body => body.insert(0, 'here')),
        'test',
      ),
    ).toBe(null);
    expect(
      applyOrPark(
        target,
        changes(here, body => body.delete(0, 2)),
        'test',
      ),
    ).toBe(null);
    expect(noteBody(target)).toBe('re');
  });

  it('notices deletions that wait for what they delete', () => {
    const source = new Y.Doc();
    const first = changes(source, body => body.insert(0, 'abc'));
    const deletion = changes(source, body => body.delete(0, 3));
    const target = new Y.Doc();
    const parked = applyOrPark(target, deletion, 'test');
    expect(parked).toMatchObject({ deletions: true });
    expect(isParked(target, parked!)).toBe(true);
    applyOrPark(target, first, 'test');
    expect(isParked(target, parked!)).toBe(false);
    expect(noteBody(target)).toBe('');
  });
});
