import { expect, test } from 'vitest';
import { formatInviteLink, parseInviteLink } from './invite-link.ts';

const link = { server: 'https://sync.example:8443', team: 't'.repeat(43), inviteId: 'i', secret: 's'.repeat(43) };
const encode = (value: unknown) => `benchmate:join#${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

test('a link comes back as it was, also with blanks around it from copying', () => {
  expect(parseInviteLink(` ${formatInviteLink(link)}\n`)).toEqual(link);
});

test('everything secret stands in the fragment', () => {
  const { origin, pathname, search } = new URL(formatInviteLink(link));
  expect(`${origin}${pathname}${search}`).toBe('nulljoin');
});

test.each([
  '',
  'benchmate:join#',
  'benchmate:join#!!!',
  'benchmate:join#bnVsbA',
  'https://evil.example/#abc',
  formatInviteLink(link).slice(0, -3),
  encode({ ...link, server: 'file:///etc/passwd' }),
  encode({ ...link, server: 'javascript:alert(1)' }),
  encode({ server: link.server }),
])('%j is refused as a link', text => {
  expect(() => parseInviteLink(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
