import { expect, test } from 'vitest';
import { refusalOf } from './address.ts';
import { checkTarget } from './target.ts';

const never = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:0:7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b::808:808',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1::',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:808:808::1',
  '3fff::1',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'ff02::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'example.org',
  '127.1',
  '',
];
const ofOwnNetwork = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.127.255.255',
  '::1',
  'fc00::1',
  'fd12:3456::1',
];
const open = ['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'];

test('W8 special addresses are never called, those of private networks by choice alone', () => {
  for (const address of never) {
    expect(refusalOf(address, false), address).not.toBeNull();
    expect(refusalOf(address, true), address).not.toBeNull();
  }
  for (const address of ofOwnNetwork) {
    expect(refusalOf(address, false), address).not.toBeNull();
    expect(refusalOf(address, true), address).toBeNull();
  }
  for (const address of open) expect(refusalOf(address, false), address).toBeNull();
});

test.each([
  'gopher://example.org/',
  'file:///etc/passwd',
  'ftp://example.org/',
  'javascript:alert(1)',
  'example.org/hook',
  '//example.org/',
  'https://',
  'https://user@example.org/',
  'https://user:password@example.org/',
  'https://:password@example.org/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://0/',
  'http://127.0.0.1./',
  'http://１２７.0.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]:5002/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[0:0:0:0:0:ffff:7f00:1]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://10.1.2.3:8080/',
  'https://example.org:22/',
  'https://example.org:25/',
  'https://example.org:6379x/',
  'https://example.org:6667/',
  'https://example.org:0/',
])('W8 %s is refused before anything is asked', url => {
  expect(() => checkTarget(url, false)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

test.each([
  ['https://example.org/hook?key=1', 'https://example.org/hook?key=1'],
  ['https://example.org', 'https://example.org/'],
  ['http://example.org:8080/#part', 'http://example.org:8080/'],
  ['https://8.8.8.8:443/', 'https://8.8.8.8/'],
])('W8 %s is an address for a webhook', (given, kept) => {
  expect(checkTarget(given, false).href).toBe(kept);
});

test('W8 loopback by choice; never what a cloud keeps its credentials behind', () => {
  expect(checkTarget('http://127.0.0.1:8080/', true).port).toBe('8080');
  expect(checkTarget('http://[::1]:8080/', true).hostname).toBe('[::1]');
  for (const url of [
    'http://169.254.169.254/',
    'http://[::ffff:127.0.0.1]/',
    'http://0.0.0.0/',
    'http://127.0.0.1:22/',
  ])
    expect(() => checkTarget(url, true), url).toThrow(/webhook/);
});
