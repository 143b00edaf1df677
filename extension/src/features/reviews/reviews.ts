import * as vscode from 'vscode';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import { keepTyped } from '../../host/keep-typed.ts';
import type { Commands, Part } from '../../host/part.ts';
import { applySuggestion, settle } from './apply-suggestion.ts';
import { CellThreads } from './cell-threads.ts';
import { kindOf, type DrawnComment } from './drawn-comments.ts';
import { beginSuggestion, writtenText, type WrittenSuggestion } from './new-suggestion.ts';
import { anchorFor, cellAnchorFor } from './place.ts';
import { ProjectThreads } from './project-threads.ts';
import { watchRoom, type Sights } from './reply-room.ts';
import { cellsOf, reviewedFile, type ReviewedFile } from './reviewed-file.ts';
import { SuggestionActions, suggestionActionKinds } from './suggestion-actions.ts';

/** Review threads on the files of a project, cells of notebooks included, shared with the team through the engine. */
export function startReviews(part: Part): Commands {
  const { context, engine, projects } = part;
  const controller = vscode.comments.createCommentController('benchmate.reviews', 'Benchmate Reviews');
  controller.options = { prompt: 'Reply', placeHolder: 'What should change, and why?' };
  const offer = () => {
    controller.commentingRangeProvider = {
      provideCommentingRanges: document =>
        reviewedFile(projects, document.uri) && vscode.workspace.isTrusted && engine.state.kind === 'connected'
          ? [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)]
          : [],
    };
  };
  offer();
  // Set anew, the editor asks again for files that were open before their project was known.
  context.subscriptions.push(projects.onDidChange(offer), engine.onDidChange(offer));
  context.subscriptions.push(controller);
  const shown = new Map<string, ProjectThreads>();
  const drawn = new vscode.EventEmitter<void>();
  let me: string | undefined;

  const show = ({ client }: Session) => {
    for (const project of projects.all) {
      const dir = projects.dirOf(project);
      const known = shown.get(project.projectId);
      if (!dir || (known?.dir === dir && known.project.card === project.card)) continue;
      known?.dispose();
      const threads = new ProjectThreads({
        controller,
        project,
        dir,
        client,
        report: part.report,
        drawn: () => drawn.fire(),
        me: () => me,
      });
      shown.set(project.projectId, threads);
      void threads.load();
    }
  };
  const hideAll = () => {
    for (const threads of shown.values()) threads.dispose();
    shown.clear();
  };
  const learnWho = async ({ client }: Session) => {
    me = (await client.team.state.query()).me.person;
    for (const threads of shown.values()) void threads.load();
  };
  engine.whileConnected((session, until) => {
    learnWho(session).catch((error: unknown) => part.report.quietly('Who is at this window could not be asked', error));
    const reload = () => {
      for (const threads of shown.values()) void threads.load();
    };
    until.add(
      listen(
        session.client.reviews.changes,
        {},
        { next: thread => void shown.get(thread.projectId)?.take(thread), connected: reload },
      ),
    );
    until.add(projects.onDidChange(() => show(session)));
    until.add({ dispose: hideAll });
    show(session);
  });
  const giveRoom = (sights: Sights) => [...shown.values()].map(threads => threads.giveRoom(sights)).includes(true);
  const place = ({ uri }: { uri: vscode.Uri }) => {
    for (const threads of shown.values()) threads.placeIn(uri);
  };
  context.subscriptions.push(
    { dispose: hideAll },
    watchRoom(drawn.event, giveRoom),
    vscode.workspace.onDidSaveTextDocument(place),
    vscode.workspace.onDidOpenNotebookDocument(place),
    vscode.workspace.onDidCloseNotebookDocument(place),
    vscode.workspace.onDidSaveNotebookDocument(place),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
      if (contentChanges.length > 0) place(notebook); // a cell came, went or moved
    }),
  );

  controller.reactionHandler = async (comment, reaction) => {
    const kind = kindOf(reaction);
    const { threadId, commentId } = comment as Partial<DrawnComment>;
    if (!threadId || !commentId) return; // a suggestion that is still being written
    try {
      const { client } = await engine.session();
      if (kind) await client.reviews.react.mutate({ threadId, commentId, kind, on: !reaction.authorHasReacted });
    } catch (error) {
      await part.report.error(error);
    }
  };
  const start = async ({ thread, text }: vscode.CommentReply) => {
    const file = reviewedFile(projects, thread.uri);
    if (!file) throw noProject();
    const { client } = await engine.session();
    const { project, path } = file;
    const anchor = await anchorOf(file, thread);
    const work = client.reviews.start.mutate({ projectId: project.projectId, path, anchor, body: text });
    await (shown.get(project.projectId)?.file(path).start(thread, work) ?? work);
  };
  const resolve = async (thread: vscode.CommentThread, resolved: boolean) => {
    const { client } = await engine.session();
    await client.reviews.resolve.mutate({ threadId: idOf(shown.values(), thread), resolved });
  };
  const reply = async ({ thread, text }: vscode.CommentReply) => {
    const { client } = await engine.session();
    await client.reviews.reply.mutate({ threadId: idOf(shown.values(), thread), body: text });
  };
  const threadsIn = (uri: vscode.Uri) => [...shown.values()].flatMap(threads => threads.in(uri));
  const isReviewed = (uri: vscode.Uri) => uri.scheme === 'file' && reviewedFile(projects, uri) !== undefined;
  context.subscriptions.push(
    vscode.languages.registerCodeActionsProvider('*', new SuggestionActions({ threadsIn, isReviewed }), {
      providedCodeActionKinds: suggestionActionKinds,
    }),
  );
  const sendSuggestion = async (written: WrittenSuggestion) => {
    const file = reviewedFile(projects, written.widget.uri);
    if (!file) throw noProject();
    const { projectId } = file.project;
    const { client } = await engine.session();
    const { path } = file;
    const { anchor } = written;
    await client.reviews.start.mutate({ projectId, path, anchor, body: writtenText(written) });
    // Only now: as long as nobody has it, it stays where it is written.
    written.widget.dispose();
  };
  const onCells = new CellThreads({
    threadsIn,
    onDidChange: drawn.event,
    begin: async (cell, body) => {
      const file = reviewedFile(projects, cell.document.uri);
      if (!file)
        throw new BenchmateError('NOT_FOUND', 'This notebook belongs to no project.', 'Open the project’s folder.');
      const { client } = await engine.session();
      const active = vscode.window.activeTextEditor;
      const inside = active?.document === cell.document && !active.selection.isEmpty ? active.selection : null;
      const lines = inside && { startLine: inside.start.line, endLine: inside.end.line };
      const anchor = cellAnchorFor(cellsOf(cell.notebook), cell.index, lines);
      const { project, path } = file;
      await client.reviews.start.mutate({ projectId: project.projectId, path, anchor, body });
    },
    reply: async (threadId, body) => (await engine.session()).client.reviews.reply.mutate({ threadId, body }),
    resolve: async (threadId, resolved) =>
      (await engine.session()).client.reviews.resolve.mutate({ threadId, resolved }),
  });
  context.subscriptions.push(drawn, onCells.status());
  return {
    commentOnCell: async (cell?: vscode.NotebookCell) => {
      await engine.session(); // without one nothing can be said on a cell
      await onCells.begin(cell);
    },
    showCellThreads: async (cell?: vscode.NotebookCell) => {
      await engine.session();
      await onCells.show(cell);
    },
    /** Called by what opens a file because of a thread; whether it stands at its text there. */
    expandThread: async (projectId: string, threadId: string) =>
      (await shown.get(projectId)?.expand(threadId)) ?? false,
    startThread: (typed: vscode.CommentReply) => keepTyped(typed.text, () => start(typed)),
    replyToThread: (typed: vscode.CommentReply) => keepTyped(typed.text, () => reply(typed)),
    resolveThread: (thread: vscode.CommentThread) => resolve(thread, true),
    applySuggestion: async (widget: vscode.CommentThread) => {
      const { client } = await engine.session();
      const threadId = idOf(shown.values(), widget);
      const thread = threadsIn(widget.uri).find(known => known.threadId === threadId);
      if (thread) await applySuggestion(client, thread, await vscode.workspace.openTextDocument(widget.uri));
    },
    settleSuggestion: async (threadId: string, author: string) =>
      settle((await engine.session()).client, threadId, author),
    suggestChange: async () => {
      await engine.session(); // without one nothing can be said
      const editor = vscode.window.activeTextEditor;
      if (!editor || !isReviewed(editor.document.uri))
        throw new BenchmateError(
          'NOT_FOUND',
          'No text of a project is open.',
          'Open a file and select what should change.',
        );
      beginSuggestion(controller, editor);
    },
    sendSuggestion,
    discardSuggestion: ({ widget }: WrittenSuggestion) => widget.dispose(),
    reopenThread: (thread: vscode.CommentThread) => resolve(thread, false),
  };
}

async function anchorOf({ cell }: ReviewedFile, { uri, range }: vscode.CommentThread): Promise<NewAnchor> {
  const lines = { startLine: range?.start.line ?? 0, endLine: range?.end.line ?? 0 };
  if (cell) return cellAnchorFor(cellsOf(cell.notebook), cell.index, lines);
  const document = await vscode.workspace.openTextDocument(uri);
  return anchorFor(document.getText(), lines.startLine, lines.endLine);
}

const noProject = () =>
  new BenchmateError('NOT_FOUND', 'This file belongs to no project any more.', 'Open the project’s folder.');

function idOf(projects: Iterable<ProjectThreads>, thread: vscode.CommentThread): string {
  for (const threads of projects) {
    const id = threads.idOf(thread);
    if (id) return id;
  }
  throw new BenchmateError(
    'NOT_FOUND',
    'This thread is not known any more.',
    'Close and open the file to see the present ones.',
  );
}
