import * as vscode from 'vscode';
import { toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';

interface Action {
  title: string;
  command: string;
}

/** Tells a person what went wrong, and what to do, with a button that does it. */
export class Reporter {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Settles at once; a button acts when it is pressed. */
  async error(error: unknown): Promise<void> {
    const shape = toErrorShape(error);
    if (shape.code === 'CANCELLED' || error instanceof vscode.CancellationError) return;
    this.#log.error(error instanceof Error ? error : shape.message);
    const action = actionFor(shape);
    const chosen = await vscode.window.showErrorMessage(sentences(shape), ...(action ? [action.title] : []));
    if (action && chosen === action.title) await vscode.commands.executeCommand(action.command);
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
