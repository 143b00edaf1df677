import * as vscode from 'vscode';
import type { Job } from '@benchmate/shared/domain/job';
import type { Project } from '@benchmate/shared/domain/project';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';

/** `Run Training`: prepares the project's environment if needed, queues a job and shows its log. */
export function startTraining({ engine, projects, showLog }: Part & { showLog: (job: Job) => void }): Commands {
  return {
    runTraining: async (uri?: vscode.Uri) => {
      const project = await chooseProject(projects, uri instanceof vscode.Uri ? uri : undefined);
      if (!project) return undefined;
      const { client } = await engine.session();
      await saveFilesOf(project, projects.dirOf(project));
      const ready = await prepare(client, project);
      if (!ready) return undefined;
      const job = await client.jobs.submit.mutate({ projectId: project.projectId });
      showLog(job);
      return job;
    },
  };
}

/** A run is trained from what is on the disk: what is on the screen has to be there first. */
async function saveFilesOf(project: Project, dir: string | undefined): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && dir && uri.fsPath.startsWith(dir),
  );
  const saved = await Promise.all(dirty.map(document => document.save()));
  if (saved.includes(false))
    throw new BenchmateError(
      'CONFLICT',
      `Not every changed file of ${project.name} could be saved.`,
      'Save them, then run the training again.',
    );
}

/** Makes the environment, with progress that can be cancelled; false when it was. Shows nothing when it is ready at once. */
async function prepare(client: EngineClient, project: Project): Promise<boolean> {
  const lines = new vscode.EventEmitter<string>();
  const cancelled = new vscode.CancellationTokenSource();
  let last = '';
  const work = new Promise<boolean>((resolve, reject) => {
    const subscription = client.projects.prepare.subscribe(
      { projectId: project.projectId },
      {
        next: ({ line, done }) => {
          last = line;
          lines.fire(line);
          if (done) end(() => resolve(true));
        },
        error: error => end(() => reject(error)),
      },
    );
    cancelled.token.onCancellationRequested(() => end(() => resolve(false)));
    const end = (settle: () => void) => {
      subscription.unsubscribe();
      settle();
    };
  });
  try {
    const soon = await Promise.race([
      work,
      new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 700)),
    ]);
    if (soon !== undefined) return soon;
    const location = vscode.ProgressLocation.Notification;
    return await vscode.window.withProgress(
      { location, cancellable: true, title: `Preparing ${project.name}` },
      (progress, token) => {
        progress.report({ message: last });
        lines.event(message => progress.report({ message }));
        token.onCancellationRequested(() => cancelled.cancel());
        return work;
      },
    );
  } finally {
    lines.dispose();
    cancelled.dispose();
  }
}
