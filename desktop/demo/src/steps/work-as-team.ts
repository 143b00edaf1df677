import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import type { DemoContext } from '../context.ts';
import { startDevice } from '../device.ts';
import { expect } from '../expect.ts';
import { approveAndPromote, settleContested } from './promote-versions.ts';
import { mergeOfflineWork, shareNoteAndComment } from './share-thoughts.ts';

export const workAsTeam: ListrTask<DemoContext> = {
  title: 'Work as a team of two devices',
  task: (_, task) =>
    task.newListr(
      [
        { title: 'A teammate joins by invite', task: inviteTeammate },
        { title: 'A note and a review comment arrive', task: shareNoteAndComment },
        { title: 'Both go offline, both edit, both come back', task: mergeOfflineWork },
        { title: 'A signed approval lets the best model become champion', task: approveAndPromote },
        { title: 'Two promotions made offline contest each other', task: settleContested },
      ],
      { concurrent: false, exitOnError: true, rendererOptions: { collapseSubtasks: false } },
    ),
};

const inviteTeammate: ListrTask<DemoContext>['task'] = async (context, task) => {
  const { dataDir } = context.options;
  const teammate = await startDevice('teammate', context.programs.engine, join(dataDir, 'teammate'));
  context.teammate = teammate;
  context.cleanups.push(() => teammate.stop());

  let mine = await context.me.client.team.connect.mutate({ serverUrl: context.syncUrl });
  let theirs = await teammate.client.team.state.query();
  if (theirs.teamId === mine.teamId) {
    theirs = await teammate.client.team.connect.mutate({ serverUrl: context.syncUrl });
    for (const device of [context.me, teammate]) await device.client.team.setPaused.mutate({ paused: false });
    task.title = `The teammate is a member already (${theirs.me.role})`;
  } else {
    const started = performance.now();
    const { link } = await context.me.client.team.invite.mutate({ role: 'maintainer' });
    theirs = await teammate.client.team.join.mutate({ link, name: 'Tess' });
    task.title = `A teammate joined by invite as ${theirs.me.role} (${Math.round(performance.now() - started)} ms)`;
  }
  mine = await context.me.client.team.state.query();
  expect(mine.teamId === theirs.teamId, 'The two devices are in different teams after the invite.');
};
