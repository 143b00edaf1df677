import { ensureChromium } from '../../.ci/setup/browser.ts';

/** Path of the Chromium that the tests drive. */
export const chromiumPath = (): Promise<string> => ensureChromium();

/** What a test machine without a network and perhaps without a sandbox needs. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
