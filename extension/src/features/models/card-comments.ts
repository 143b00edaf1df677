import * as vscode from 'vscode';
import type { Thread } from '@benchmate/shared/domain/review';
import { locateInFile } from '@benchmate/shared/documents/locate-in-file';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { listen } from '../../engine/subscribe.ts';
import { keepTyped } from '../../host/keep-typed.ts';
import type { Commands, Part } from '../../host/part.ts';
import { commentText } from '../reviews/comment-text.ts';
import { anchorFor } from '../reviews/place.ts';
import { versionOfCard } from './card-documents.ts';

/** The card of a version that is open, and the threads on its text. */
interface OpenCard {
  document: vscode.TextDocument;
  projectId: string;
  /** The card's file in the project. */
  path: string;
  versionId: string;
  widgets: Map<string, vscode.CommentThread>;
  /** Settles when a thread that is begun in it is known by its id. */
  starting: Promise<unknown>;
}

/**
 * Threads in cards of versions, on either side of a comparison. They are the threads of the card's file: each is shown in
 * every version that has its text, and one that is begun here stands in the file as well.
 */
export function startCardComments({ context, engine, report }: Part): Commands {
  const controller = vscode.comments.createCommentController('benchmate.cards', 'Benchmate Model Cards');
  controller.options = { prompt: 'Reply', placeHolder: 'What should change, and why?' };
  const cards = new Map<string, OpenCard>();
  let client: EngineClient | undefined;
  controller.commentingRangeProvider = {
    provideCommentingRanges: async document => {
      if (!vscode.workspace.isTrusted || !client || !versionOfCard(document.uri)) return [];
      const card = await cardOf(document);
      return card ? [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)] : [];
    },
  };

  const opening = new Map<string, Promise<OpenCard | undefined>>();
  const cardOf = (document: vscode.TextDocument): Promise<OpenCard | undefined> => {
    const key = document.uri.toString();
    const known = opening.get(key) ?? open(document);
    opening.set(key, known);
    return known;
  };
  const open = async (document: vscode.TextDocument): Promise<OpenCard | undefined> => {
    const ref = versionOfCard(document.uri);
    if (!ref || !client) return undefined;
    const asked = client;
    try {
      const { projectId, version } = await asked.modelReviews.show.query(ref);
      const project = (await asked.projects.list.query()).find(known => known.projectId === projectId);
      if (!project || document.isClosed) return undefined;
      const place = { projectId: project.projectId, path: project.card };
      const card = {
        ...place,
        document,
        versionId: version.versionId,
        widgets: new Map(),
        starting: Promise.resolve(),
      };
      cards.set(document.uri.toString(), card);
      for (const thread of await asked.reviews.threads.query({ projectId: project.projectId })) draw(card, thread);
      return card;
    } catch (error) {
      report.quietly('Threads of a card could not be read', error);
      opening.delete(document.uri.toString());
      return undefined;
    }
  };
  const draw = (card: OpenCard, thread: Thread): void => {
    const range = rangeIn(card, thread);
    const known = card.widgets.get(thread.threadId);
    if (!range) {
      known?.dispose();
      return void card.widgets.delete(thread.threadId);
    }
    const widget = known ?? controller.createCommentThread(card.document.uri, range, []);
    card.widgets.set(thread.threadId, widget);
    widget.comments = thread.comments.map(({ author, body, at }) => ({
      author: { name: author.name },
      body: new vscode.MarkdownString(commentText(body)),
      mode: vscode.CommentMode.Preview,
      timestamp: new Date(at),
    }));
    widget.label = thread.resolved ? 'Resolved' : `Line ${range.start.line + 1}`;
    widget.state = thread.resolved ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    widget.contextValue = thread.resolved ? 'resolved' : 'open';
    widget.canReply = vscode.workspace.isTrusted;
    if (thread.resolved) widget.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
  };
  const close = (key: string): void => {
    for (const widget of cards.get(key)?.widgets.values() ?? []) widget.dispose();
    cards.delete(key);
    opening.delete(key);
  };
  const closeAll = () => [...opening.keys()].forEach(close);
  const openAll = () => {
    for (const document of vscode.workspace.textDocuments) if (versionOfCard(document.uri)) void cardOf(document);
  };
  engine.whileConnected((session, until) => {
    client = session.client;
    const take = async (card: OpenCard, thread: Thread) => {
      // Until the engine answers, its announcement of a thread that is begun here would draw it a second time.
      if (!card.widgets.has(thread.threadId)) await card.starting;
      if (cards.get(card.document.uri.toString()) === card) draw(card, thread);
    };
    const next = (thread: Thread) => {
      for (const card of cards.values()) if (card.projectId === thread.projectId) void take(card, thread);
    };
    until.add(listen(client.reviews.changes, {}, { next, missed: () => (closeAll(), openAll()) }));
    until.add({ dispose: () => (closeAll(), (client = undefined)) });
    openAll();
  });
  context.subscriptions.push(
    controller,
    vscode.workspace.onDidOpenTextDocument(document => versionOfCard(document.uri) && void cardOf(document)),
    vscode.workspace.onDidCloseTextDocument(document => close(document.uri.toString())),
  );

  const idOf = (widget: vscode.CommentThread): string => {
    for (const card of cards.values()) for (const [id, known] of card.widgets) if (known === widget) return id;
    throw new BenchmateError('NOT_FOUND', 'This thread is not known any more.', 'Close the card and open it again.');
  };
  const settle = async (widget: vscode.CommentThread, resolved: boolean) => {
    const session = await engine.session();
    await session.client.reviews.resolve.mutate({ threadId: idOf(widget), resolved });
  };
  return {
    startCardThread: ({ thread: widget, text }: vscode.CommentReply) =>
      keepTyped(text, async () => {
        const session = await engine.session();
        const card = cards.get(widget.uri.toString());
        if (!card) throw new BenchmateError('NOT_FOUND', 'No project here builds this model, so nobody would see it.');
        const { start, end } = widget.range ?? new vscode.Range(0, 0, 0, 0);
        const anchor = anchorFor(card.document.getText(), start.line, end.line);
        const { projectId, path } = card;
        const work = session.client.reviews.start.mutate({ projectId, path, anchor, body: text });
        card.starting = work.catch(() => {});
        const thread = await work;
        // The box that was typed into becomes the thread, and stays open.
        card.widgets.set(thread.threadId, widget);
        draw(card, thread);
      }),
    replyToCardThread: ({ thread, text }: vscode.CommentReply) =>
      keepTyped(text, async () => {
        const session = await engine.session();
        await session.client.reviews.reply.mutate({ threadId: idOf(thread), body: text });
      }),
    resolveCardThread: (widget: vscode.CommentThread) => settle(widget, true),
    reopenCardThread: (widget: vscode.CommentThread) => settle(widget, false),
  };
}

/** Where a thread stands in the card of one version; undefined where that has not got its text. */
function rangeIn({ document, path, versionId }: OpenCard, { anchor, path: home }: Thread): vscode.Range | undefined {
  if (anchor.kind === 'model') return anchor.versionId === versionId ? new vscode.Range(0, 0, 0, 0) : undefined;
  if (home !== path || anchor.kind === 'metric') return undefined;
  const text = document.getText();
  const found = locateInFile(anchor, path, text);
  if (found.kind === 'orphaned') return undefined;
  const { start, end } = found.range;
  const last = found.line + text.slice(start, end).trimEnd().split('\n').length - 1;
  return new vscode.Range(found.line, 0, last, 0);
}
