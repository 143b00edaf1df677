import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Commands, Part } from '../../host/part.ts';
import { FileThreads } from './file-threads.ts';
import { anchorFor } from './place.ts';

/** Review threads on a project's model card and params, shared with the team through the engine. */
export function startReviews(part: Part): Commands {
  const { context, engine, projects } = part;
  const controller = vscode.comments.createCommentController('benchmate.reviews', 'Benchmate Reviews');
  controller.options = { prompt: 'Reply', placeHolder: 'What should change, and why?' };
  const offer = () => {
    controller.commentingRangeProvider = {
      provideCommentingRanges: document =>
        reviewed(part, document.uri) && vscode.workspace.isTrusted && engine.state.kind === 'connected'
          ? [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)]
          : [],
    };
  };
  offer();
  // Set anew, the editor asks again for files that were open before their project was known.
  context.subscriptions.push(projects.onDidChange(offer), engine.onDidChange(offer));
  context.subscriptions.push(controller);
  const files = new Map<string, FileThreads>();

  const show = (session: Session) => {
    for (const project of projects.all)
      for (const path of new Set([project.card, project.params])) {
        const dir = projects.dirOf(project);
        const key = `${project.projectId}/${path}`;
        if (!dir || files.has(key)) continue;
        const uri = vscode.Uri.joinPath(vscode.Uri.file(dir), path);
        const file = new FileThreads({ controller, uri, project, path, report: part.report });
        files.set(key, file);
        void file.load(session.client);
      }
  };
  const hideAll = () => {
    for (const file of files.values()) file.dispose();
    files.clear();
  };
  engine.whileConnected((session, until) => {
    const reload = () => {
      for (const file of files.values()) void file.load(session.client);
    };
    until.add(
      listen(
        session.client.reviews.changes,
        {},
        {
          next: thread => void files.get(`${thread.projectId}/${thread.path}`)?.take(thread),
          connected: reload,
        },
      ),
    );
    until.add(projects.onDidChange(() => show(session)));
    until.add({ dispose: hideAll });
    show(session);
  });
  context.subscriptions.push(
    { dispose: hideAll },
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      for (const file of files.values()) if (file.uri.toString() === uri.toString()) file.place();
    }),
  );

  const start = async ({ thread, text }: vscode.CommentReply) => {
    const target = reviewed(part, thread.uri);
    if (!target)
      throw new BenchmateError('NOT_FOUND', 'This file belongs to no project any more.', 'Open the project’s folder.');
    const { client } = await engine.session();
    const document = await vscode.workspace.openTextDocument(thread.uri);
    const anchor = anchorFor(document.getText(), thread.range?.start.line ?? 0, thread.range?.end.line ?? 0);
    const work = client.reviews.start.mutate({
      projectId: target.project.projectId,
      path: target.path,
      anchor,
      body: text,
    });
    await (files.get(`${target.project.projectId}/${target.path}`)?.start(thread, work) ?? work);
  };
  const resolve = async (thread: vscode.CommentThread, resolved: boolean) => {
    const { client } = await engine.session();
    await client.reviews.resolve.mutate({ threadId: idOf(files.values(), thread), resolved });
  };
  const reply = async ({ thread, text }: vscode.CommentReply) => {
    const { client } = await engine.session();
    await client.reviews.reply.mutate({ threadId: idOf(files.values(), thread), body: text });
  };
  return {
    startThread: keepingText(start),
    replyToThread: keepingText(reply),
    resolveThread: (thread: vscode.CommentThread) => resolve(thread, true),
    reopenThread: (thread: vscode.CommentThread) => resolve(thread, false),
  };
}

/** The editor empties the box it was typed into before anyone knows whether the comment was taken. */
const keepingText = (send: (typed: vscode.CommentReply) => Promise<void>) => async (typed: vscode.CommentReply) => {
  try {
    await send(typed);
  } catch (error) {
    const { code, message, nextStep } = toErrorShape(error);
    await vscode.env.clipboard.writeText(typed.text);
    throw new BenchmateError(code, message, `${nextStep} What you wrote is in the clipboard.`.trim());
  }
};

function reviewed({ projects }: Part, uri: vscode.Uri): { project: Project; path: string } | undefined {
  const project = projects.of(uri);
  const dir = project && projects.dirOf(project);
  if (!project || !dir) return undefined;
  const path = [project.card, project.params].find(
    file => vscode.Uri.joinPath(vscode.Uri.file(dir), file).fsPath === uri.fsPath,
  );
  return path ? { project, path } : undefined;
}

function idOf(files: Iterable<FileThreads>, thread: vscode.CommentThread): string {
  for (const file of files) {
    const id = file.idOf(thread);
    if (id) return id;
  }
  throw new BenchmateError(
    'NOT_FOUND',
    'This thread is not known any more.',
    'Close and open the file to see the present ones.',
  );
}
