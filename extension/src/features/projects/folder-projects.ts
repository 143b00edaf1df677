import { dirname, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { EngineConnection } from '../../engine/connection.ts';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import { sentences } from '../../host/report.ts';
import { ProjectFileProblems } from './project-file-problems.ts';

const outside = '**/{node_modules,.venv,.git,site-packages}/**';

/** The projects in this window's folders, as the engine knows them: a folder with `benchmate.yaml` each. */
export class FolderProjects implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #byDir = new Map<string, Project>();
  readonly #settled = Promise.withResolvers<void>();
  readonly #log: vscode.LogOutputChannel;
  readonly #problems = new ProjectFileProblems();
  readonly #disposables: vscode.Disposable[];

  constructor(engine: EngineConnection, log: vscode.LogOutputChannel) {
    this.#log = log;
    const files = vscode.workspace.createFileSystemWatcher('**/benchmate.yaml');
    const rescan = () => {
      if (engine.state.kind === 'connected') void this.#scan(engine.state.session);
    };
    this.#disposables = [
      this.#changed,
      this.#problems,
      files,
      files.onDidCreate(rescan),
      files.onDidChange(rescan),
      files.onDidDelete(rescan),
      vscode.workspace.onDidChangeWorkspaceFolders(rescan),
      vscode.workspace.onDidGrantWorkspaceTrust(rescan),
      engine.whileConnected(({ client }, until) => {
        until.add(
          listen(client.projects.changes, undefined, {
            next: project => this.#replace(project),
            connected: rescan,
          }),
        );
      }),
    ];
  }

  /** Once the folders were looked through for the first time, for what comes while the window opens. */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  get all(): Project[] {
    return [...this.#byDir.values()];
  }

  /** The project whose folder holds the file; the innermost of several. */
  of(uri: vscode.Uri): Project | undefined {
    const dirs = [...this.#byDir.keys()].filter(dir => uri.fsPath === dir || uri.fsPath.startsWith(dir + sep));
    return this.#byDir.get(dirs.toSorted((a, b) => b.length - a.length)[0] ?? '');
  }

  /** The project of the file being edited, else the first one. */
  current(): Project | undefined {
    const active = vscode.window.activeTextEditor?.document.uri;
    return (active && this.of(active)) ?? this.all[0];
  }

  /** A project's folder as this window names it: the engine may have resolved a link in it. */
  dirOf(project: Project): string | undefined {
    return [...this.#byDir].find(([, { projectId }]) => projectId === project.projectId)?.[0];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #scan({ client }: Session): Promise<void> {
    try {
      const files = await vscode.workspace.findFiles('**/benchmate.yaml', outside, 50);
      const dirs = files.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => dirname(fsPath));
      const known = vscode.workspace.isTrusted ? [] : await client.projects.list.query();
      const wrong = new Map<string, unknown>();
      const found = await Promise.all(
        dirs.map(async (dir): Promise<[string, Project | undefined]> => {
          // Making a folder known to the engine is a change: in Restricted Mode only what it knows already is shown.
          if (!vscode.workspace.isTrusted) return [dir, known.find(project => project.dir === dir)];
          try {
            return [dir, await client.projects.open.mutate({ dir })];
          } catch (error) {
            wrong.set(dir, error);
            return [dir, this.#byDir.get(dir)]; // as it was, while somebody types
          }
        }),
      );
      for (const [dir, error] of wrong) this.#log.warn(`${dir}: ${sentences(toErrorShape(error))}`);
      this.#problems.show(wrong);
      this.#byDir.clear();
      for (const [dir, project] of found) if (project) this.#byDir.set(dir, project);
      this.#announce();
    } catch (error) {
      this.#log.warn(`Projects in this window could not be read: ${String(error)}`);
    } finally {
      this.#settled.resolve();
    }
  }

  #replace(project: Project): void {
    for (const [dir, { projectId }] of this.#byDir) {
      if (projectId !== project.projectId) continue;
      this.#byDir.set(dir, project);
      this.#announce();
    }
  }

  #announce(): void {
    const paths = (name: 'card' | 'params') =>
      [...this.#byDir].map(([dir, project]) => vscode.Uri.joinPath(vscode.Uri.file(dir), project[name]).fsPath);
    void vscode.commands.executeCommand('setContext', 'benchmate.hasProject', this.#byDir.size > 0);
    void vscode.commands.executeCommand('setContext', 'benchmate.cards', paths('card'));
    void vscode.commands.executeCommand('setContext', 'benchmate.params', paths('params'));
    this.#changed.fire();
  }
}
