import type { FilesTask } from '@benchmate/shared/domain/files-task';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Context } from './context.ts';
import { runTask } from './run-task.ts';

/** Brings the files of a version to the team or here, shows how far it is, and cancels it on Ctrl+C. */
export async function moveFiles(
  context: Context,
  request: Pick<FilesTask, 'kind' | 'model' | 'version'>,
): Promise<NonNullable<FilesTask['result']>> {
  const { signal } = context;
  const { modelFiles } = await context.engine();
  try {
    return await runTask(context, {
      begin: () => modelFiles.begin.mutate(request),
      wait: asked => modelFiles.wait.query(asked, { signal }),
      cancel: asked => modelFiles.cancel.mutate(asked),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    const { kind, model, version } = request;
    throw new BenchmateError(
      'CANCELLED',
      `What has arrived of ${model} v${version} stays.`,
      `\`benchmate registry ${kind} ${model} ${version}\` goes on from there.`,
    );
  }
}
