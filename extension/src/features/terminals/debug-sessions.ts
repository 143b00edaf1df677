import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Part } from '../../host/part.ts';
import { launchEnvironment } from './launch-environment.ts';

/** Python's debugger, and the name that it had before. */
const types = ['debugpy', 'python'];

/**
 * Programs that Python's debugger launches from this window log to the engine. The variables go to the debugger alone:
 * `launch.json` is never written, and the debugger hands them to the program over a socket, not on a command line.
 */
export function startDebugSessions({ context, engine, projects, log }: Part): void {
  const provider: vscode.DebugConfigurationProvider = {
    async resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
      const { state } = engine;
      if (state.kind !== 'connected' || !vscode.workspace.isTrusted) return configuration;
      const { url, token } = state.session.endpoint;
      const { program, cwd } = configuration;
      const place = [program, cwd].find(path => typeof path === 'string');
      const project = place === undefined ? folder && projects.of(folder.uri) : projects.of(vscode.Uri.file(place));
      const env = launchEnvironment(
        configuration,
        {
          MLFLOW_TRACKING_URI: url,
          MLFLOW_TRACKING_TOKEN: token,
          ...(project ? { MLFLOW_EXPERIMENT_NAME: project.experimentName } : {}),
        },
        await contentOf(configuration['envFile']),
      );
      if (!env) return configuration;
      log.debug(`The debug session ‘${configuration.name}’ logs to the engine.`);
      return { ...configuration, env };
    },
  };
  context.subscriptions.push(...types.map(type => vscode.debug.registerDebugConfigurationProvider(type, provider)));
}

async function contentOf(file: unknown): Promise<string> {
  if (typeof file !== 'string') return '';
  return readFile(file, 'utf8').catch(() => ''); // the debugger itself ignores one that is not there
}
