import { expect, test } from 'vitest';
import { heardServer, sayServer } from './server-address.ts';

test.each([
  ['https://sync.example.org', 'sync.example.org'],
  ['https://sync.example.org:8443/team', 'sync.example.org:8443/team'],
  ['http://127.0.0.1:4600', '127.0.0.1:4600'],
  ['http://[::1]:4600', '[::1]:4600'],
  ['http://10.0.0.5:4600', 'http://10.0.0.5:4600'],
  ['https://localhost:4600', 'https://localhost:4600'],
])('%s is said as %s, and heard as it was', (serverUrl, said) => {
  expect(sayServer(serverUrl)).toBe(said);
  expect(heardServer(said)).toBe(serverUrl);
});

test.each(['', 'ftp://sync.example.org', 'user@sync.example.org', 'a b', 'sync.example.org?x'])(
  '%j is no server',
  said => {
    expect(() => heardServer(said)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  },
);
