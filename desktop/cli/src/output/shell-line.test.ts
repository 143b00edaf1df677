import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exportLine, usualShell } from './shell-line.ts';

const nasty = `it's $(touch x) \`y\` "z" \\ %PATH% ; & | €`;

test.runIf(process.platform !== 'win32')('sh reads exactly the value', () => {
  const script = `${exportLine('sh', 'VALUE', nasty)}\nprintf %s "$VALUE"`;
  expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(nasty);
});

test('fish, PowerShell and cmd have their own quotes', () => {
  expect(exportLine('fish', 'V', `it's \\`)).toBe(`set -gx V 'it\\'s \\\\'`);
  expect(exportLine('powershell', 'V', `it's $x ’`)).toBe(`$env:V = 'it''s $x ’’'`);
  expect(exportLine('cmd', 'V', 'a"b%c&d')).toBe('set "V=abc&d"');
  expect(exportLine('zsh', 'V', 'two\nlines')).toBe(`export V='two lines'`);
});

test('the shell is the one that the person uses', () => {
  expect(usualShell('linux', { SHELL: '/usr/bin/fish' })).toBe('fish');
  expect(usualShell('linux', { SHELL: '/bin/tcsh' })).toBe('sh');
  expect(usualShell('win32', {})).toBe('powershell');
});
