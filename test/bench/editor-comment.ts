import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { Person } from '../support/person.ts';
import { openTeamBench, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { benchOptions } from './lib/options.ts';
import { line, percentile } from './lib/statistics.ts';

const projectId = 'comment-0a1b2c3d';
const comments = 100;
const [limitMs, reconnectLimitMs] = [300, 2000];
/** Written by each of the two while the server is away. */
const apart = 20;

/**
 * Two people in two real editor windows with the packaged extension, each with an engine of their own, and a sync server. A
 * comment from the press on the comment box's own button until its text stands in the other one's box, both read from the
 * clock of the machine by the pages themselves. Then what was written on both sides while the server was away, from its
 * first good answer until all of it stands in both windows. As the floor in the same run: a text that the page itself inserts.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 5, seconds: 1 });
  const home = mkdtempSync(join(tmpdir(), 'benchmate-comment-'));
  const team = await openTeamBench();
  const people: Person[] = [];
  try {
    for (const name of ['Ada', 'Ben']) people.push(await openPerson(name, join(home, name)));
    const [ada, ben] = people as [Person, Person];
    await joinUp(team, ada, ben);
    await beginThread('MODEL_CARD.md', ada, ben);
    const latency: number[] = [];
    const floor: number[] = [];
    for (let i = 0; i < comments; i++) {
      latency.push(await sendAndSee(ada, ben, `remark number ${i}.`));
      floor.push(await ownText(ben.window.page, `floor ${i}.`));
    }
    const threadId = await beginThread('README.md', ada, ben);
    const reconnect: number[] = [];
    for (let round = 0; round < rounds; round++)
      reconnect.push(await writeApart(team, [ada, ben], { threadId, round }));

    console.log(line('comment, window to window', latency, 'ms'));
    console.log(line('text inserted by the page itself', floor, 'ms'));
    console.log(line(`${2 * apart} comments after reconnecting`, reconnect, 'ms'));
    judge('comment p95', percentile(latency, 95), limitMs);
    judge('reconnect, slowest round', Math.max(...reconnect), reconnectLimitMs);
  } finally {
    await Promise.all(people.map(person => person.close()));
    await team.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function judge(what: string, took: number, limit: number): void {
  console.log(`${what} ${took.toFixed(0)} ms (limit ${limit} ms): ${took <= limit ? 'kept' : 'MISSED'}`);
  if (took > limit) process.exitCode = 1;
}

function openPerson(name: string, home: string): Promise<Person> {
  const dir = join(home, 'project');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: comment\n`);
  for (const file of ['MODEL_CARD.md', 'README.md'])
    writeFileSync(join(dir, file), `# ${file}\n\nA sentence that people talk about.\n`);
  return Person.open(name, { dir, home });
}

async function joinUp({ serverUrl }: TeamBench, ada: Person, ben: Person): Promise<void> {
  await ada.engine.team.connect.mutate({ serverUrl });
  const { link } = await until(() => ada.engine.team.invite.mutate({ role: 'reviewer' }));
  await ben.engine.team.join.mutate({ link, name: 'Ben' });
  for (const { window } of [ada, ben]) await window.row('Team', 'Everything is shared').waitFor();
}

/** A thread in a file that is open in both windows; its id. */
async function beginThread(path: string, ada: Person, ben: Person): Promise<string> {
  await ada.window.openFile(path);
  await ada.comment('A sentence that people talk about.', 'Is this so?');
  await ben.window.openFile(path);
  await ben.openThread();
  await ben.said('Is this so?').waitFor();
  const threads = await ben.engine.reviews.threads.query({ projectId });
  return threads.find(thread => thread.path === path)!.threadId;
}

/** When all of these texts stand in the box that is open in the page, by the clock of the machine. */
const seenAt = async (page: Page, texts: readonly string[], timeout = 30_000): Promise<number> => {
  const seen = await page.waitForFunction(
    wanted => {
      const box = [...document.querySelectorAll<HTMLElement>('.review-widget')].find(one => one.offsetHeight > 0);
      const said = box?.textContent ?? '';
      return wanted.every(text => said.includes(text)) && Date.now();
    },
    texts,
    { polling: 'raf', timeout },
  );
  return Number(await seen.jsonValue());
};

async function sendAndSee(from: Person, to: Person, body: string): Promise<number> {
  const { page } = from.window;
  const seen = seenAt(to.window.page, [body]);
  await from.widget.locator('.review-thread-reply-button').click();
  await page.keyboard.insertText(body);
  const pressed = page.evaluate(
    () =>
      new Promise<number>(resolve =>
        addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }),
      ),
  );
  await from.widget.locator('.form-actions').getByRole('button', { name: 'Reply' }).click();
  const took = (await seen) - (await pressed);
  await from.said(body).waitFor();
  return took;
}

/** From the server's first good answer until what both wrote without it stands in both windows. */
async function writeApart(
  { serverUrl, killServer, startServer }: TeamBench,
  people: readonly Person[],
  { threadId, round }: { threadId: string; round: number },
): Promise<number> {
  await killServer();
  for (const { window } of people) await window.row('Team', 'Offline').waitFor();
  const texts: string[] = [];
  for (const { name, engine } of people)
    for (let i = 0; i < apart; i++) {
      const body = `${name} says ${round}-${i}.`;
      texts.push(body);
      await engine.reviews.reply.mutate({ threadId, body });
    }
  const shown = people.map(({ window: { page } }) => seenAt(page, texts));
  const ready = until(async () => (await fetch(`${serverUrl}/ready`)).ok && Date.now(), 30_000);
  await startServer();
  const took = Math.max(...(await Promise.all(shown))) - (await ready);
  for (const { window } of people) await window.row('Team', 'Everything is shared').waitFor();
  return took;
}

async function ownText(page: Page, text: string): Promise<number> {
  const seen = page.waitForFunction(wanted => document.querySelector('#floor')?.textContent === wanted, text, {
    polling: 'raf',
  });
  const sent = performance.now();
  await page.evaluate(value => {
    const place = document.querySelector('#floor') ?? document.body.appendChild(document.createElement('span'));
    place.id = 'floor';
    place.textContent = value;
  }, text);
  await seen;
  return performance.now() - sent;
}
