import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { Person } from '../support/person.ts';
import { mlflowPython } from '../support/python.ts';
import { makeReviewProject, projectId } from '../support/review-project.ts';
import { commentOnSteps } from '../support/run-page.ts';
import { openTeamBench, type TeamBench } from '../support/team.ts';

// Ada trains a model and Ben reviews it, on two machines, half of it without the server. Each step rests on those before it.
const home = mkdtempSync(join(tmpdir(), 'review-'));
let bench: TeamBench;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const [adas, bens] = [join(home, 'ada', 'tumours'), join(home, 'ben', 'tumours')];
  const [python] = await Promise.all([mlflowPython(), makeReviewProject(home, [adas, bens])]);
  const open = (name: string, dir: string) => Person.open(name, { dir, home: join(dir, '..'), python });
  bench = await openTeamBench();
  [ada, ben] = await Promise.all([open('Ada', adas), open('Ben', bens)]);
});

beforeEach(() =>
  onTestFailed(async ({ task }) => {
    for (const { name, window } of [ada, ben]) await window.photographFailure(`${name} ${task.name}`);
  }),
);

afterAll(async () => {
  await Promise.all([ada?.close(), ben?.close()]);
  await bench?.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

/** What both engines must come to say. */
async function onBoth<T>(ask: (person: Person) => Promise<T>, expected: T): Promise<void> {
  for (const person of [ada, ben]) await expect.poll(() => ask(person), { timeout: 20_000 }).toEqual(expected);
}
const photograph = async (step: string): Promise<void> => {
  await Promise.all([ada.photograph(step), ben.photograph(step)]);
};
const model = ({ engine }: Person) => engine.registry.get.query({ model: 'tumours' });
/** Version by version, who said what. */
const verdicts = async (person: Person) =>
  (await model(person)).versions.map(({ approvals }) =>
    approvals.map(({ name, verdict, comment }) => [name, verdict, comment]),
  );
const champion = async (person: Person) => {
  const { aliases, versions } = await model(person);
  return versions.find(({ versionId }) => versionId === aliases[0]?.holder)?.version ?? null;
};
/** Of each thread: what it is on, whether it is settled, and who wrote. */
const threads = async ({ engine }: Person) =>
  (await engine.reviews.threads.query({ projectId })).map(({ path, anchor, resolved, comments }) => [
    anchor.kind === 'metric' ? anchor.metric : path,
    resolved ? 'resolved' : 'open',
    comments.map(({ author }) => author.name),
  ]);
const note = async ({ engine }: Person) => (await engine.notes.list.query({}))[0]!;
const notes = async ({ engine }: Person) => (await engine.notes.list.query({})).map(({ title }) => title);

test('Ada invites Ben, and he is in', async () => {
  await ada.window.command('Benchmate: Invite a Teammate');
  await ada.window.answer('Address of your team’s sync server', bench.serverUrl);
  await ada.window.choose('Reviewer');
  await ada.window.choose('Link');
  await ada.window.notification('It lets in one person, as reviewer').waitFor();
  const link = await ada.window.page.evaluate(() => navigator.clipboard.readText());
  await ben.window.command('Benchmate: Join a Team');
  await ben.window.answer('The invite that a teammate sent you', link);
  await ben.window.answer('Your name, as teammates see it', 'Ben');
  await ben.window.row('Team', /Ben.*reviewer.*you/).waitFor();
  await ada.window.row('Team', /Ben.*reviewer/).waitFor();
  await photograph('01-team');
  for (const { window } of [ada, ben]) await window.clearNotifications();
});

test('Ada trains, begins a card from the run, registers the model and asks Ben for a review', async () => {
  await ada.inTerminal('python train.py');
  await ada.clickOnRow('Runs', /0\.\d{3}/, 'Pin as Baseline');
  await ada.inTerminal('benchmate card new --from-run $(cat .run)');
  await ada.inTerminal('git add . && git commit -qm "Begin a model card" && git push -q');
  await ada.inTerminal('benchmate policy apply && benchmate registry register tumours --run $(cat .run)');
  await photograph('02-trained');
  await ben.inTerminal('git pull -q');
  await ada.clickOnRow('Models', /^v1/, 'Ask for a Review');
  await ada.window.offered(/Ben\s*reviewer · approval is lacking/).waitFor();
  await ada.window.input.getByRole('button', { name: 'OK' }).click();
  await ada.window.answer('What Ben should look at', 'Is the curve good enough?');
  await ada.scrollTo('Models', /v1\s*asked of Ben/);
});

test('Ben finds it in his inbox, and looks at what is asked, the card and the curve', async () => {
  await ben.window.row('Team', 'Ada asks you to review tumours v1').click();
  await ben.scrollTo('Models', /v1\s*asked of you/);
  await ben.window.row('Models', 'champion needs the approval of Ben.').waitFor();
  await ben.scrollTo('Models', /To look at\s*0 of \d+ viewed/);
  await photograph('03-asked');
  await (await ben.scrollTo('Models', 'Card: Model Card for tumours')).click();
  await ben.window.page.locator('.tabs-container .tab.active', { hasText: 'tumours v1.md' }).waitFor();
  await (await ben.scrollTo('Models', 'Card: Model Card for tumours')).getByRole('checkbox').click();
  await ben.scrollTo('Models', /To look at\s*1 of \d+ viewed/);
  await photograph('04-evidence');
});

test('Ben comments on a line of the card with a suggestion, and on steps of the curve', async () => {
  await ben.window.openFile('MODEL_CARD.md');
  const suggestion = '```suggestion\nA logistic regression that tells malignant from benign tumours.\n```';
  await ben.comment('[More Information Needed]', `Say it, or nobody may use it.\n\n${suggestion}`);
  await ada.window.openFile('MODEL_CARD.md');
  await ada.openThread();
  await ada.said('Say it, or nobody may use it.').waitFor();
  await photograph('05-comment');
  const run = await ben.opens(async () => (await ben.scrollTo('Models', 'Metrics and params')).click());
  await commentOnSteps(run, 'val_loss', 'Why does it grow here?');
  await onBoth(threads, [
    ['MODEL_CARD.md', 'open', ['Ben']],
    ['val_loss', 'open', ['Ben']],
  ]);
  await photograph('06-curve');
});

test('without the server, Ada answers and applies the suggestion, and Ben requests changes', async () => {
  await bench.killServer();
  for (const { window } of [ada, ben]) await window.row('Team', 'Offline').waitFor();
  await ada.reply('Right, I take it.');
  await ada.putCursor('[More Information Needed]');
  await ada.window.page.keyboard.press('Control+.');
  await ada.window.page.locator('.action-widget .monaco-list-row', { hasText: 'Apply Ben’s suggestion' }).click();
  await ada.window.line('A logistic regression').waitFor();
  await ada.window.page.keyboard.press('Control+s');
  await ada.inTerminal('git commit -qam "Say what the model is" && git push -q');
  // What is said on a curve stands at the line that logs it, too.
  await ada.openThreadRow('v1', 'Why does it grow');
  await ada.window.page.locator('.tabs-container .tab.active', { hasText: 'train.py' }).waitFor();
  await ada.openThread();
  await ada.reply('The steps are too wide. I take smaller ones.');
  await ben.window.command('Benchmate: Request Changes to a Model Version');
  await ben.window.choose('tumours v1');
  await ben.window.answer('An approval of yours later replaces it.', 'The loss grows at the end.');
  await ben.scrollTo('Models', /v1\s*changes requested by Ben/);
  for (const { window } of [ada, ben]) await window.row('Team', /Offline: \d+ changes? not shared/).waitFor();
  await photograph('07-offline');
});

test('the server is back: both see everything, and once', async () => {
  await bench.startServer();
  for (const { window } of [ada, ben]) await window.row('Team', 'Everything is shared').waitFor({ timeout: 30_000 });
  await onBoth(threads, [
    ['MODEL_CARD.md', 'resolved', ['Ben', 'Ada', 'Ada']],
    ['val_loss', 'open', ['Ben', 'Ada']],
  ]);
  await onBoth(verdicts, [[['Ben', 'request-changes', 'The loss grows at the end.']]]);
  await photograph('08-shared');
});

test('Ada trains with smaller steps, registers the second version and asks again', async () => {
  await ada.window.openFile('params.yaml');
  await ada.putCursor('learning_rate');
  await ada.window.page.keyboard.press('End');
  await ada.window.page.keyboard.press('Backspace');
  await ada.window.page.keyboard.type('001');
  await ada.window.page.keyboard.press('Control+s');
  await ada.inTerminal('python train.py');
  await ada.window
    .line('learning_rate')
    .getByText(/0\.3\s→\s0\.001\s·\sval_loss\s−0\.\d+/)
    .waitFor();
  await ada.inTerminal('benchmate card update $(cat .run) && git commit -qam "Learn slowly" && git push -q');
  await ada.inTerminal('benchmate registry register tumours --run $(cat .run)');
  await ada.clickOnRow('Models', /^v2/, 'Ask for a Review');
  await ada.window.input.getByRole('button', { name: 'OK' }).click();
  await ada.window.answer('What Ben should look at', 'It learns slowly now.');
  await ada.scrollTo('Models', /v2\s*asked of Ben/);
  await photograph('09-second-round');
});

test('Ben sees what changed since his review, settles his thread and approves, while nobody else hears of it', async () => {
  await ben.inTerminal('git pull -q');
  await ben.window.row('Team', 'Ada asks you to review tumours v2').waitFor();
  await ben.window.command('Benchmate: Pause Sync');
  await ben.window.row('Team', 'Sync is paused').waitFor();
  await ben.window.row('Team', 'Ada asks you to review tumours v2').click();
  await (await ben.scrollTo('Models', /Card: Results\s*changed since v1/)).click();
  await ben.window.page.locator('.tabs-container .tab.active', { hasText: 'tumours: card v1 ↔ v2' }).waitFor();
  await photograph('10-changes');
  await (await ben.scrollTo('Models', /Metrics and params\s*changed since v1/)).click();
  await ben.window.page.locator('.tabs-container .tab.active', { hasText: 'runs of v1 and v2' }).waitFor();
  await ben.window.panel
    .getByRole('row', { name: /learning_rate.*0\.3.*0\.001/ })
    .first()
    .waitFor();
  await photograph('11-runs');
  await ben.openThreadRow('v2', 'Why does it grow');
  await ben.openThread();
  await ben.widget.locator('[aria-label^="Resolve"]').click();
  await ben.widget.waitFor({ state: 'hidden' });
  await ben.clickOnRow('Models', /^v2/, 'Approve a Model Version');
  await ben.window.answer('Enter signs it.', 'Good.');
  await ben.scrollTo('Models', /v2\s*1 approved/);
});

test('Ada’s promotion is refused until she has his approval, then it goes through', async () => {
  await ada.window.command('Benchmate: Promote a Model Version');
  await ada.window.choose('tumours v2');
  await ada.window.choose('champion');
  await ada.window.notification('champion needs the approval of Ben; v2 lacks it.').waitFor();
  await photograph('12-refused');
  await ada.window.clearNotifications();
  expect(await Promise.all([ada, ben].map(champion))).toEqual([null, null]);
  await ben.window.command('Benchmate: Resume Sync');
  await ada.scrollTo('Models', /v2\s*1 approved/);
  await ada.clickOnRow('Models', /^v2/, 'Promote a Model Version');
  await ada.window.choose('champion');
  for (const person of [ada, ben]) await person.scrollTo('Models', /v2\s*champion/);
  await onBoth(champion, 2);
  await onBoth(threads, [
    ['MODEL_CARD.md', 'resolved', ['Ben', 'Ada', 'Ada']],
    ['val_loss', 'resolved', ['Ben', 'Ada']],
  ]);
  await onBoth(verdicts, [[['Ben', 'request-changes', 'The loss grows at the end.']], [['Ben', 'approve', 'Good.']]]);
  await photograph('13-promoted');
});

test('they write the decision down together', async () => {
  await ada.window.command('Benchmate: Write a Decision Record on a Model');
  await ada.window.choose('tumours v2');
  await ada.window.answer('What it is called', 'Why v2');
  await onBoth(notes, ['Why v2']);
  await ben.window.command('Benchmate: Open a Note');
  await ben.window.choose('Why v2');
  for (const { window } of [ada, ben])
    await window.page.locator('.tabs-container .tab.active', { hasText: 'Why v2.md' }).waitFor();
  const { runId } = (await model(ada)).versions[1]!;
  await Promise.all([
    ada.writeBelow('## Evidence', `run:${runId}#val_loss`),
    ben.writeBelow('## Decision', 'Ship v2: its loss no longer grows.'),
  ]);
  const written = (person: Person) =>
    note(person).then(({ body }) => [/its loss no longer grows/, /#val_loss/].every(words => words.test(body)));
  await onBoth(written, true);
  expect((await note(ada)).body).toBe((await note(ben)).body);
  for (const { window } of [ada, ben])
    await window.page
      .getByText(/now\s0\.\d+/)
      .first()
      .waitFor();
  await photograph('14-decision');
});

test('on both machines every fact is signed, and it is known who decided', async () => {
  for (const person of [ada, ben]) {
    const verified = await person.inTerminal('benchmate audit verify');
    expect(verified).toMatch(/All \d+ entries are as their authors signed them/);
    const told = await person.inTerminal('benchmate registry history tumours');
    expect(told).toMatch(/Ben/);
  }
  await photograph('15-audit');
});
