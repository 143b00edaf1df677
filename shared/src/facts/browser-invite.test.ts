import { expect, test } from 'vitest';
import { browserInvite } from './browser-invite.ts';

const link = (value: unknown) => `benchmate:join#${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

test('a browser joins at the server of the invite, with the secret in the fragment alone', () => {
  const given = link({ server: 'https://sync.example.org/bench', team: 't', inviteId: 'i', secret: 's' });
  expect(browserInvite(given)).toBe(`https://sync.example.org/bench/companion/join#${given.split('#')[1]}`);
});

test.each(['', 'benchmate:join#', 'benchmate:join#%%', 'https://x/#eyJ9', link({}), link({ server: 'javascript:1' })])(
  'nothing for %j',
  text => expect(browserInvite(text)).toBeNull(),
);
