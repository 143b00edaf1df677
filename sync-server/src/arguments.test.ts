import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { checkExposure } from './options.ts';

const read = (...argv: string[]) => readArguments(['--data-dir', 'data', ...argv], {})!;
const refused = expect.objectContaining({ code: 'BAD_REQUEST' }) as unknown;

describe('arguments', () => {
  it('change quotas by name', () => {
    expect(read('--quota', 'updateBytes=2000', '--quota', 'members=7').quotas).toEqual({
      updateBytes: 2000,
      members: 7,
    });
  });

  it.each([
    ['--quota', 'nonsense=1'],
    ['--quota', '__proto__=1'],
    ['--quota', 'updateBytes'],
    ['--quota', 'updateBytes=-1'],
    ['--quota', 'updateBytes=1e99'],
    ['--port', '65536'],
    ['--max-storage-bytes', 'ten'],
    ['--drain-seconds', '-1'],
    ['--tls-cert', 'only-this'],
  ])('are refused when they mean nothing: %s %s', (...argv) => {
    expect(() => read(...argv)).toThrow(refused);
  });
});

describe('listening to the network', () => {
  it.each([
    [['--bind', '0.0.0.0'], false],
    [['--bind', '::'], false],
    [['--bind', '0.0.0.0', '--open', '--allow-plain'], false],
    [['--bind', '0.0.0.0', '--allow-plain'], true],
    [['--bind', '0.0.0.0', '--trust-proxy'], true],
    [['--bind', '0.0.0.0', '--tls-cert', 'a', '--tls-key', 'b'], true],
    [['--bind', '127.0.0.2'], true],
    [[], true],
  ])('%j: %s', (argv, allowed) => {
    const check = () => checkExposure(read(...argv));
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(refused);
  });
});
