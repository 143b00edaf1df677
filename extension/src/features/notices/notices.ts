import * as vscode from 'vscode';
import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import { noticeOf, type Notice } from './notice.ts';

const shownKey = 'benchmate.noticesShown';
const mostRemembered = 50;

/**
 * Says at once what waits for this person. All windows hear of it: the one in focus says it, or, when none is, the first one
 * that comes into focus.
 */
export function startNotices({ context, engine, log }: Part): void {
  const waiting = new Map<string, Notice>();
  const say = () => {
    if (!vscode.window.state.focused) return;
    for (const [id, notice] of waiting) {
      waiting.delete(id);
      const shown = context.globalState.get<string[]>(shownKey, []);
      if (shown.includes(id)) continue;
      void context.globalState.update(shownKey, [...shown, id].slice(-mostRemembered));
      void show(notice).catch((error: unknown) => log.warn(String(error)));
    }
  };
  const hear = async ({ client }: Session, event: BenchEvent) => {
    if (!vscode.workspace.getConfiguration('benchmate').get('notifications', true)) return;
    const { me, members } = await client.team.state.query();
    const notice = noticeOf(event, me, members);
    if (!notice) return;
    waiting.set(event.id, notice);
    say();
  };
  context.subscriptions.push(vscode.window.onDidChangeWindowState(say));
  engine.whileConnected((session, until) => {
    until.add(
      listen(session.client.webhooks.events, undefined, {
        next: event => void hear(session, event).catch((error: unknown) => log.debug(String(error))),
        error: error => log.debug(`An engine that tells no events: ${error.message}`),
      }),
    );
  });
}

async function show({ sentence, isWarning }: Notice): Promise<void> {
  const team = 'Show Team';
  const chosen = isWarning
    ? await vscode.window.showWarningMessage(sentence, team)
    : await vscode.window.showInformationMessage(sentence, team);
  if (chosen === team) await vscode.commands.executeCommand('benchmate.team.focus');
}
