import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { Person } from '../support/person.ts';
import { mlflowPython } from '../support/python.ts';
import { makeReviewProject } from '../support/review-project.ts';
import { openTeamBench, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// Ada trains a model, Ben reviews it: a whole review on two machines, half of it without the server. Each step rests on those before it.
const home = mkdtempSync(join(tmpdir(), 'review-'));
const projectId = 'tumours-0a1b2c3d';
let bench: TeamBench;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const [adas, bens] = [join(home, 'ada', 'tumours'), join(home, 'ben', 'tumours')];
  const [python] = await Promise.all([mlflowPython(), makeReviewProject(home, [adas, bens])]);
  const open = (name: string, dir: string) => Person.open(name, { dir, home: join(dir, '..'), python });
  [bench, ada, ben] = await Promise.all([openTeamBench(), open('Ada', adas), open('Ben', bens)]);
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
const versions = async ({ engine }: Person) =>
  (await engine.registry.list.query()).flatMap(model => model.versions.map(({ version }) => version));

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

test('Ada trains, begins a card from the run and registers it; Ben pulls', async () => {
  await ada.inTerminal('python train.py');
  await ada.window.row('Runs', /0\.\d{3}/).waitFor();
  await ada.inTerminal('benchmate card new --from-run $(cat .run)');
  await ada.inTerminal('git add . && git commit -qm "Begin a model card" && git push -q');
  await ada.inTerminal('benchmate policy apply && benchmate registry register tumours --run $(cat .run)');
  await photograph('02-trained');
  await ben.inTerminal('git pull -q && cat MODEL_CARD.md');
  await onBoth(versions, [1]);
});

test('Ada asks for a review, Ben finds it in his inbox and looks at the evidence', async () => {
  const page = await ada.companion('/models/tumours/v1');
  await page.getByRole('button', { name: 'Ask for a review' }).click();
  await page.getByRole('combobox', { name: 'Whom' }).selectOption('Ben');
  await page.getByRole('textbox', { name: 'What about' }).fill('Is the curve good enough?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('button', { name: 'Take back from Ben' }).waitFor();
  await ben.window.command('Benchmate: Show Inbox');
  await ben.window.offered('Ada asks you to review tumours v1').waitFor();
  await photograph('03-asked');
  await ben.window.dismiss();
  const bens = await ben.companion('/models/tumours/v1');
  await bens.getByRole('checkbox', { name: 'Files' }).check();
  await photograph('03-evidence');
  await bens.screenshot({ path: ben.window.pictureOf('review-03-evidence-ben-page'), fullPage: true });
});
