import * as vscode from 'vscode';
import { linkPlacesIn, parseBenchLink } from '@benchmate/shared/domain/bench-link';
import type { LiveLink } from '@benchmate/shared/domain/live-link';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { listen } from '../../engine/subscribe.ts';
import type { Commands, Part } from '../../host/part.ts';
import { noteScheme } from './note-uri.ts';
import type { OpenNotes } from './open-notes.ts';
import { positionOf } from './plain-places.ts';

const mostLinks = 500;
const longestValue = 40;
/** Whether what follows a link closes its brackets: the value stands after them. */
const closing = /^[^\s()]*\)/;
const selector: vscode.DocumentSelector = { scheme: noteScheme };

/** Links of a note that open what they mean, with the present value behind each. */
export function startNoteLinks({ engine, projects, context }: Part, notes: OpenNotes): Commands {
  const changed = new vscode.EventEmitter<void>();
  const placesIn = (document: vscode.TextDocument) => {
    const text = document.getText().replaceAll('\r\n', '\n');
    return linkPlacesIn(text)
      .slice(0, mostLinks)
      .map(({ href, at }) => {
        const end = at + href.length;
        const after = end + (closing.exec(text.slice(end, end + 200))?.[0].length ?? 0);
        return {
          href,
          range: new vscode.Range(positionOf(document, at), positionOf(document, end)),
          after: positionOf(document, after),
          // The words of a Markdown link: its address follows, and has the value.
          written: text.startsWith('](', end) ? null : writtenBefore(text, at),
        };
      });
  };
  engine.whileConnected(({ client }, until) => {
    changed.fire();
    until.add(listen(client.runs.changes, {}, { next: () => changed.fire(), connected: () => changed.fire() }));
  });
  context.subscriptions.push(
    changed,
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: document =>
        placesIn(document).map(({ href, range }) => {
          const { projectId } = notes.of(document.uri)?.note ?? {};
          const args = encodeURIComponent(JSON.stringify([{ href, projectId }]));
          const link = new vscode.DocumentLink(range, vscode.Uri.parse(`command:benchmate.openLink?${args}`));
          link.tooltip = 'Open';
          return link;
        }),
    }),
    vscode.languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: changed.event,
      async provideInlayHints(document, range) {
        if (engine.state.kind !== 'connected') return [];
        const { client } = engine.state.session;
        const shown = placesIn(document).filter(place => range.contains(place.range));
        const projectId = notes.of(document.uri)?.note.projectId;
        const hrefs = [...new Set(shown.map(({ href }) => href))];
        if (hrefs.length === 0) return [];
        const found = await client.links.resolve.query({ hrefs, ...(projectId !== undefined && { projectId }) });
        const live = new Map(found.map(link => [link.href, link]));
        return shown.flatMap(({ href, after, written }) => {
          const link = live.get(href);
          const says = link && written !== null && valueWords(link, written);
          if (!says) return [];
          const hint = new vscode.InlayHint(after, says);
          hint.paddingLeft = true;
          hint.tooltip = link.says;
          return hint;
        });
      },
    }),
  );

  const openLine = async (path: string, from: number, projectId: string | undefined) => {
    const project = projects.all.find(known => known.projectId === projectId) ?? projects.current();
    const dir = project && projects.dirOf(project);
    if (!dir)
      throw new BenchmateError('NOT_FOUND', `${path} is in no folder of this window.`, 'Open its project’s folder.');
    const line = new vscode.Position(from - 1, 0);
    const uri = vscode.Uri.joinPath(vscode.Uri.file(dir), path);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(line, line) });
  };
  return {
    openLink: async (to?: { href?: unknown; projectId?: unknown }) => {
      const href = typeof to?.href === 'string' ? to.href : '';
      const projectId = typeof to?.projectId === 'string' ? to.projectId : undefined;
      const link = parseBenchLink(href);
      if (!link) throw new BenchmateError('NOT_FOUND', 'That is no link to a run, model, dataset, note or line.');
      const { client } = await engine.session();
      const [live] = await client.links.resolve.query({ hrefs: [href], ...(projectId !== undefined && { projectId }) });
      if (live?.state === 'found' && link.kind === 'line') return openLine(link.path, link.from, projectId);
      if (!live?.page) throw new BenchmateError('NOT_FOUND', `${href}: ${live?.says ?? 'not here'}.`);
      const [, noteId] = /^\/notes\/([^/]+)$/.exec(live.page) ?? [];
      if (noteId === undefined) await vscode.commands.executeCommand('benchmate.openCompanion', live.page);
      else await vscode.commands.executeCommand('benchmate.openNote', decodeURIComponent(noteId));
    },
  };
}

/** The words between the brackets of a Markdown link whose address begins at `at`. */
const writtenBefore = (text: string, at: number): string =>
  /\[([^\]\n]*)\]\($/.exec(text.slice(Math.max(0, at - 300), at))?.[1] ?? '';

/** Nothing where the text says the same already. */
function valueWords({ href, state, value, says }: LiveLink, written: string): string {
  if (state !== 'found') return says;
  if (value === '' || written.includes(value) || href.endsWith(`:${value}`)) return '';
  return `now ${value.length > longestValue ? `${value.slice(0, longestValue)}…` : value}`;
}
