import * as vscode from 'vscode';
import type { SyncStatus } from '@benchmate/shared/domain/team';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import { describeEngine, type EngineState } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Commands, Part } from '../../host/part.ts';
import type { InboxCache } from '../inbox/inbox-cache.ts';
import { waitingWords } from '../inbox/inbox-rows.ts';
import { describeSync } from '../team/team-rows.ts';

/** One entry in the status bar: engine, running jobs and sync in words; a menu of what can be done now. */
export function startStatus({ context, engine, projects, log, inbox }: Part & { inbox: InboxCache }): Commands {
  const entry = vscode.window.createStatusBarItem('benchmate.status', vscode.StatusBarAlignment.Left, 10);
  const running = new Set<string>();
  let sync: SyncStatus | undefined;
  entry.name = 'Benchmate';
  entry.command = 'benchmate.showMenu';
  const draw = () => Object.assign(entry, textFor(engine.state, running.size, sync, inbox.items.length));
  engine.whileConnected(({ client }, until) => {
    const overtaking = new Overtaking();
    const load = async () => {
      const isOvertaken = overtaking.begin();
      const [jobs, team] = await Promise.all([client.jobs.list.query({}), client.team.state.query()]);
      for (const id of running) if (!isOvertaken(id)) running.delete(id);
      for (const job of jobs) if (job.state === 'running' && !isOvertaken(job.jobId)) running.add(job.jobId);
      if (!isOvertaken('team')) sync = team.sync;
      draw();
    };
    const reload = () => void load().catch((error: unknown) => log.debug(String(error)));
    until.add(
      listen(client.jobs.changes, undefined, {
        next: job => {
          overtaking.heard(job.jobId);
          if (job.state === 'running') running.add(job.jobId);
          else running.delete(job.jobId);
          draw();
        },
        connected: reload,
      }),
    );
    until.add(
      listen(client.team.changes, undefined, { next: team => (overtaking.heard('team'), (sync = team.sync), draw()) }),
    );
    until.add({ dispose: () => (running.clear(), (sync = undefined)) });
  });
  draw();
  entry.show();
  context.subscriptions.push(entry, engine.onDidChange(draw), inbox.onDidChange(draw));

  return {
    startEngine: async () => void (await engine.session()),
    showLog: () => log.show(),
    openWalkthrough: () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'benchmate.benchmate#start', false),
    showMenu: async () => {
      const items = menu(engine.state, projects.all.length > 0, sync, inbox.items.length);
      const chosen = await vscode.window.showQuickPick(items, {
        title: 'Benchmate',
        placeHolder: describe(engine.state, running.size, sync, inbox.items.length),
      });
      if (chosen) await vscode.commands.executeCommand(chosen.command);
    },
  };
}

function textFor(state: EngineState, running: number, sync: SyncStatus | undefined, waiting: number) {
  const words = describe(state, running, sync, waiting);
  const accessibilityInformation = { label: `Benchmate: ${words}` };
  if (state.kind !== 'connected')
    return {
      text: `$(beaker) ${state.kind === 'starting' || state.kind === 'lost' ? 'starting …' : 'not running'}`,
      tooltip: words,
      accessibilityInformation,
    };
  const jobs = running > 0 ? ` ${running} running` : '';
  const shared =
    sync && (sync.state !== 'off' || sync.folder) ? ` $(${describeSync(sync).icon}) ${describeSync(sync).short}` : '';
  const asked = waiting > 0 ? ` $(inbox) ${waiting}` : '';
  return {
    text: `$(beaker)${jobs}${asked}${shared}` + (jobs || asked || shared ? '' : ' ready'),
    tooltip: words,
    accessibilityInformation,
  };
}

function describe(state: EngineState, running: number, sync: SyncStatus | undefined, waiting: number): string {
  if (state.kind !== 'connected') return describeEngine(state);
  const jobs = running === 0 ? 'no job is running' : running === 1 ? '1 job is running' : `${running} jobs are running`;
  const asked = waiting > 0 && waitingWords(waiting);
  return [describeEngine(state), jobs, asked, sync && describeSync(sync).sentence].filter(Boolean).join(' · ');
}

function menu(state: EngineState, hasProject: boolean, sync: SyncStatus | undefined, waiting: number) {
  const trusted = vscode.workspace.isTrusted;
  const connected = state.kind === 'connected';
  const choice = (label: string, command: string, shown = true) => (shown ? [{ label, command }] : []);
  return [
    ...choice('$(shield) Manage Workspace Trust', 'workbench.trust.manage', !trusted),
    ...choice('$(debug-start) Start Engine', 'benchmate.startEngine', trusted && !connected),
    ...choice(`$(inbox) Show Inbox: ${waitingWords(waiting)}`, 'benchmate.showInbox', connected && waiting > 0),
    ...choice('$(play) Run Training', 'benchmate.runTraining', trusted && hasProject),
    ...choice('$(git-compare) Compare with Baseline', 'benchmate.compareWithBaseline', connected && hasProject),
    ...choice('$(add) New Project', 'benchmate.newProject', trusted),
    ...choice('$(link-external) Open Companion', 'benchmate.openCompanion', trusted),
    ...choice('$(person-add) Invite a Teammate', 'benchmate.invite', trusted),
    ...choice(
      '$(debug-pause) Pause Sync',
      'benchmate.pauseSync',
      trusted && connected && sync?.serverUrl != null && sync.state !== 'paused',
    ),
    ...choice('$(sync) Resume Sync', 'benchmate.resumeSync', trusted && connected && sync?.state === 'paused'),
    ...choice('$(output) Show Log', 'benchmate.showLog'),
  ];
}
