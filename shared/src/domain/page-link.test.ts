import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelPath, pathTo } from './companion-path.ts';
import { linkToPage, parsePageLink, pathOfLink } from './page-link.ts';

const run = '8f3a0b1c2d3e4f5061728394a5b6c7d8';

test.each([
  ['/inbox', 'vscode://benchmate.benchmate/inbox'],
  [`/runs/${run}`, `vscode://benchmate.benchmate/runs/${run}`],
  [`/compare?runs=${run},8f3a0b1c`, `vscode://benchmate.benchmate/compare/${run}/8f3a0b1c`],
  ['/models/churn.eu%2F~b/v9', 'vscode://benchmate.benchmate/models/churn~2Eeu~2F~7Eb/v9'],
  ['/models/churn/latest', 'vscode://benchmate.benchmate/models/churn/latest'],
  ['/notes/Jg3fQ_-x', 'vscode://benchmate.benchmate/notes/Jg3fQ_-x'],
  ['/threads/churn-0a1b2c3d/ir1onfFN', 'vscode://benchmate.benchmate/threads/churn-0a1b2c3d/ir1onfFN'],
])('%s has the address %s, and back', (path, address) => {
  expect(linkToPage(path)).toBe(address);
  expect(pathOfLink(parsePageLink(address)!)).toBe(path);
  expect(pathOfLink(parsePageLink(`http://127.0.0.1:4123${path}`)!)).toBe(path);
});

test.each(['/jobs/8f3a0b1c', '/drafts/8f3a0b1c', '/webhooks/8f3a0b1c', '/', '/open', '/runs/8f3a0b1c/more'])(
  '%s is of this device alone, or no page: it has no address for others',
  path => expect(linkToPage(path)).toBeNull(),
);

test('any name of a model survives an address, however often it is decoded on its way', () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(names, fc.option(fc.integer({ min: 1, max: 999_999 })), fc.boolean(), (model, version, again) => {
      fc.pre(!/\p{Cc}/u.test(model) && model !== '.' && model !== '..' && model.isWellFormed());
      const address = linkToPage(modelPath(model, version ?? undefined))!;
      const come = again ? decodeURIComponent(address) : encodeURI(address);
      expect(parsePageLink(come)).toEqual({ kind: 'model', model, version });
    }),
  );
});

test.each([
  [`run:${run}`, pathTo('runs', run)],
  [`run:8f3a#val/auc`, pathTo('runs', '8f3a')],
  ['model:churn/9', '/models/churn/v9'],
  ['note:Jg3fQ', '/notes/Jg3fQ'],
  ['cursor://benchmate.benchmate/team', '/team'],
  ['VSCODE-INSIDERS://benchmate.benchmate/notes/Jg3fQ?windowId=_blank#x', '/notes/Jg3fQ'],
  ['  http://localhost/inbox  ', '/inbox'],
  ['https://bench.example:8443/companion/models/churn%2Feu/v9', '/models/churn%2Feu/v9'],
])('%s means %s', (text, path) => {
  const link = parsePageLink(text);
  expect(link && pathOfLink(link)).toBe(path);
});

describe('is nothing that is opened:', () => {
  test.each([
    'command:workbench.action.terminal.new',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'line:params.yaml#L1',
    'vscode://file/etc/passwd',
    'vscode://evil.benchmate/inbox',
    'vscode://benchmate.benchmate.evil/inbox',
    'vscode://benchmate.benchmate@evil/inbox',
    'vscode://benchmate.benchmate/command:benchmate.join',
    'vscode://benchmate.benchmate/openCompanion/x',
    'vscode://benchmate.benchmate/runs/..%2F..%2Fetc',
    'vscode://benchmate.benchmate/runs/~2E~2E~2Fetc',
    'vscode://benchmate.benchmate/runs/a;rm -rf',
    'vscode://benchmate.benchmate/models/~2E~2E/v1',
    'vscode://benchmate.benchmate/models/a~00b/v1',
    'vscode://benchmate.benchmate/models/a~zz/v1',
    'vscode://benchmate.benchmate/models/churn/v0',
    'vscode://benchmate.benchmate/models/churn/v1/promote',
    'vscode://benchmate.benchmate/threads/..~2F..~2Fetc/ir1onfFN',
    'vscode://benchmate.benchmate/threads/churn-0a1b2c3d/../../x',
    `vscode://benchmate.benchmate/compare/${`${run}/`.repeat(30)}`,
    `vscode://benchmate.benchmate/notes/${'a'.repeat(3000)}`,
    'https://evil.example/inbox',
    'https://evil.example/x/companion/inbox',
    'https://user@evil.example/companion/inbox',
    'http://127.0.0.1.evil.example/inbox',
    'http://127.0.0.1@evil.example/inbox',
    '//evil.example/inbox',
    'inbox',
    '',
  ])('%j', text => expect(parsePageLink(text)).toBeNull());

  test('what nobody thought of', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.webPath().map(path => `vscode://benchmate.benchmate${path}`),
    );
    fc.assert(
      fc.property(anything, text => {
        const link = parsePageLink(text);
        if (link)
          expect(pathOfLink(link)).toMatch(/^\/(inbox|runs|models|notes|reviewers|team|threads|compare)(\/|\?|$)/);
      }),
    );
  });
});
