import * as vscode from 'vscode';
import { toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';

interface Action {
  title: string;
  command: string;
}

/** Tells a person what went wrong, and what to do, with a button that does it. */
export class Reporter {
  readonly #log: vscode.LogOutputChannel;
  /** Titles as the palette shows them → ids. */
  readonly #commands: ReadonlyMap<string, string>;

  constructor(log: vscode.LogOutputChannel, { extension }: vscode.ExtensionContext) {
    this.#log = log;
    const { contributes } = extension.packageJSON as {
      contributes: { commands: { command: string; title: string }[] };
    };
    this.#commands = new Map(contributes.commands.map(({ command, title }) => [title, command]));
  }

  /** Settles at once; a button acts when it is pressed. */
  async error(error: unknown): Promise<void> {
    const shape = toErrorShape(error);
    if (shape.code === 'CANCELLED' || error instanceof vscode.CancellationError) return;
    this.#log.error(error instanceof Error ? error : shape.message);
    const action = this.#named(shape) ?? actionFor(shape);
    const chosen = await vscode.window.showErrorMessage(sentences(shape), ...(action ? [action.title] : []));
    if (action && chosen === action.title) await vscode.commands.executeCommand(action.command);
  }

  /** A next step that names a command, “Benchmate: New Project”, has a button for it. */
  #named({ nextStep }: ErrorShape): Action | undefined {
    const [, title = ''] = /“Benchmate: ([^”]+)”/.exec(nextStep) ?? [];
    const command = this.#commands.get(title);
    return command ? { title, command } : undefined;
  }

  /** For work that nobody is waiting for: the log only. */
  quietly(what: string, error: unknown): void {
    this.#log.warn(`${what}: ${sentences(toErrorShape(error))}`);
  }
}

export const sentences = ({ message, nextStep }: Pick<ErrorShape, 'message' | 'nextStep'>): string =>
  [message, nextStep].filter(Boolean).join(' ');

function actionFor({ code, message }: ErrorShape): Action | undefined {
  if (message.includes('Restricted Mode')) return { title: 'Manage Trust', command: 'workbench.trust.manage' };
  if (code === 'ENGINE_UNAVAILABLE') return { title: 'Start Engine', command: 'benchmate.startEngine' };
  if (code === 'OFFLINE') return { title: 'Connect to Sync Server', command: 'benchmate.connectServer' };
  if (code === 'INTERNAL' || code === 'TIMEOUT') return { title: 'Show Log', command: 'benchmate.showLog' };
  return undefined;
}
