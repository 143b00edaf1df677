import * as vscode from 'vscode';
import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import { noticeOf, type Notice } from '@benchmate/shared/protocol/notice';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

const shownKey = 'benchmate.noticesShown';
const mostRemembered = 50;

/**
 * Says at once what waits for this person. All windows hear of it: the one in focus says it, or, when none is, the first one
 * that comes into focus. The engine lets one client alone tell an event: the companion may have been faster.
 */
export function startNotices({ context, engine, log }: Part): void {
  const waiting = new Map<string, { notice: Notice; session: Session }>();
  const say = () => {
    if (!vscode.window.state.focused) return;
    for (const [id, { notice, session }] of waiting) {
      waiting.delete(id);
      const shown = context.globalState.get<string[]>(shownKey, []);
      if (shown.includes(id)) continue;
      void context.globalState.update(shownKey, [...shown, id].slice(-mostRemembered));
      void tell(id, notice, session).catch((error: unknown) => log.warn(String(error)));
    }
  };
  const hear = async (session: Session, event: BenchEvent) => {
    if (!vscode.workspace.getConfiguration('benchmate').get('notifications', true)) return;
    const { me, members } = await session.client.team.state.query();
    const notice = noticeOf(event, me, members);
    if (!notice?.isPersonal) return;
    waiting.set(event.id, { notice, session });
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

async function tell(eventId: string, { sentence, isWarning }: Notice, { client }: Session): Promise<void> {
  const { mayTell } = await client.inbox.claimNotice.mutate({ eventId });
  if (!mayTell) return;
  const inbox = 'Show Inbox';
  const chosen = isWarning
    ? await vscode.window.showWarningMessage(sentence, inbox)
    : await vscode.window.showInformationMessage(sentence, inbox);
  if (chosen === inbox) await vscode.commands.executeCommand('benchmate.team.focus');
}
