import * as vscode from 'vscode';
import { parsePageLink, pathOfLink, type PageLink } from '@benchmate/shared/domain/page-link';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Part } from '../../host/part.ts';
import { openThread } from '../reviews/open-thread.ts';
import type { RunsFeature } from '../runs/runs.ts';

const views: ReadonlySet<string> = new Set(['runs', 'models', 'team']);

/**
 * Addresses that teammates send: `vscode://benchmate.benchmate/models/churn/v9`. Any page of the web may open one, so a link only
 * ever shows what it names: no command, no file and no setting can stand in it.
 */
export function startLinks({ context, engine, projects, report, runs }: Part & { runs: RunsFeature }): void {
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(`benchmate.${command}`, ...args);

  const openThreadOf = async ({ threadId }: Extract<PageLink, { kind: 'thread' }>): Promise<boolean> => {
    const { client } = await engine.session();
    const thread = await client.reviews.thread.query({ threadId });
    await projects.settled();
    const placed = await client.reviews.placed.query({ projectId: thread.projectId });
    const place = placed.find(known => known.thread.threadId === threadId);
    if (!place || place.state === 'file-gone' || place.cell !== null) return false;
    const { path, line } = place;
    return openThread(projects, { projectId: thread.projectId, threadId, path, line });
  };

  const open = async (link: PageLink): Promise<unknown> => {
    if (link.kind === 'model') return run('showVersion', { model: link.model, version: link.version });
    if (link.kind === 'note') return run('openNote', link.noteId);
    if (link.kind === 'area' && link.area === 'inbox') return run('showInbox');
    if (link.kind === 'area' && views.has(link.area)) return run(`${link.area}.focus`);
    if (link.kind === 'run' && (await runs.reveal(link.runId))) return undefined;
    if (link.kind === 'thread' && (await openThreadOf(link))) return undefined;
    return run('openCompanion', pathOfLink(link));
  };

  context.subscriptions.push(
    vscode.window.registerUriHandler({
      async handleUri({ path }) {
        try {
          const link = parsePageLink(`vscode://benchmate.benchmate${path}`);
          if (!link)
            throw new BenchmateError(
              'BAD_REQUEST',
              'This link leads to nothing that Benchmate shows.',
              'It may have been cut off: ask for it again.',
            );
          await engine.session();
          await open(link);
        } catch (error) {
          await report.error(error);
        }
      },
    }),
  );
}
