import { expect, test } from 'vitest';
import { newInviteLines } from './invite-lines.ts';

const link = `benchmate:join#${Buffer.from(JSON.stringify({ server: 'https://sync.example.org' })).toString('base64url')}`;
const invite = { link, inviteId: '8Kq2abcdefgh', expiresAt: '2026-03-14T09:00:00Z', spoken: null };
const says = { link: 'Send it.', spoken: '' };
const text = (lines: ReturnType<typeof newInviteLines>) => lines.map(parts => parts.map(each => each.text).join(''));

test('an invite for a person is an address for a browser, too; one for an agent is none', () => {
  const page = `Or in a browser, with nothing installed: https://sync.example.org/companion/join#${link.split('#')[1]}`;
  expect(text(newInviteLines(invite, { ...says, browser: true }))).toContain(page);
  expect(text(newInviteLines(invite, says)).join()).not.toContain('/companion/');
});
