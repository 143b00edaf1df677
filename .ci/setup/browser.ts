import { existsSync, readFileSync } from 'node:fs';
import { runTool } from './run-tool.ts';
import { root } from './root.ts';
import { SetupError } from './setup-error.ts';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium that is already here: `CHROMIUM`, a usual place, or the one Playwright installed. */
async function findChromium(): Promise<string | undefined> {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const found = usual.find(path => existsSync(path));
  if (found) return found;
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

/** Chromium for the browser and editor tests; installs it where that is possible: with apt as root on Debian, else with Playwright. */
export async function ensureChromium(): Promise<string> {
  const here = await findChromium();
  if (here) return here;
  const attempt = isDebian() && process.getuid?.() === 0 ? await installWithApt() : await installWithPlaywright();
  const installed = await findChromium();
  if (installed) return installed;
  throw new SetupError(
    `The browser tests need Chromium, and it could not be installed. Install Chromium or Chrome, or set CHROMIUM to its path.\n${attempt.slice(-1500)}`,
  );
}

const isDebian = () => existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

async function installWithApt(): Promise<string> {
  console.log('Installing Chromium with apt …');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runTool('apt-get', ['update', '-q'], { env });
  const install = await runTool(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    { env },
  );
  return update.output + install.output;
}

async function installWithPlaywright(): Promise<string> {
  console.log('Installing Chromium with Playwright …');
  return (await runTool(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'], { cwd: root }))
    .output;
}
