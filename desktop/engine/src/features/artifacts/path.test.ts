import fc from 'fast-check';
import { isAbsolute, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { safePath } from './path.ts';
import { checkArtifactUri } from './uri.ts';

/** From the public list of what MLflow once served, and what a Windows machine would add. */
const hostilePaths = [
  '/path',
  '../path',
  '../../path',
  './../path',
  'path/../to/file',
  'path/../../to/file',
  '..',
  '.',
  '',
  '/',
  '//host/share',
  'a//b',
  'a/./b',
  '..\\..\\x',
  'a\\b',
  '\\\\h\\s',
  'C:\\x',
  'c:/x',
  'C:',
  'a/C:/b',
  'nul\0byte',
  'line\nbreak',
  '../../../../../../etc/passwd',
];

describe('safePath', () => {
  test.each(hostilePaths)('refuses %j', path => {
    expect(() => safePath(path)).toThrow(BenchmateError);
  });

  test('takes ordinary names, also ones that only look encoded', () => {
    expect(safePath('0/abc/artifacts/model/MLmodel')).toEqual(['0', 'abc', 'artifacts', 'model', 'MLmodel']);
    expect(safePath('a/b/')).toEqual(['a', 'b']);
    for (const name of ['%2e%2e%2fx', '..x', 'x..', '...', ' leading', 'ü ☕.txt', '#?&+'])
      expect(safePath(name)).toEqual([name]);
  });

  test('whatever it takes stays below the folder', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'C:', '\\', '/', '%2e%2e', 'a'), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => {
        expect(staysBelowOrIsRefused(parts.join('/'))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('checkArtifactUri', () => {
  test('takes what is ours', () => {
    expect(checkArtifactUri('mlflow-artifacts:/0/run/artifacts', 'f')).toEqual(['0', 'run', 'artifacts']);
  });

  test.each([
    'file:///etc',
    '/etc',
    'etc',
    'http:///#/../../../../etc/',
    'http://h/a?/../../../etc',
    'http://h/a;/../../etc',
    'http://169.254.169.254/',
    'http://[::1]:5002/',
    'http://0x7f000001/',
    'http://127.1/',
    'gopher://h/x',
    'ftp://h/a',
    's3://bucket/key',
    'dbfs:/x',
    'runs:/x/y',
    'mlflow-artifacts:',
    'mlflow-artifacts:/',
    'mlflow-artifacts://host/x',
    'mlflow-artifacts:///x',
    'mlflow-artifacts:/../x',
    'mlflow-artifacts:/a/../../x',
    'mlflow-artifacts:/a/%2e%2e/x',
    'mlflow-artifacts:/a/..%2fx',
    'mlflow-artifacts:/a?x',
    'mlflow-artifacts:/a#x',
    'mlflow-artifacts:/a;/../x',
    'MLFLOW-ARTIFACTS:/a',
  ])('refuses %s', uri => {
    expect(() => checkArtifactUri(uri, 'artifact_location')).toThrow(BenchmateError);
  });
});

function staysBelowOrIsRefused(path: string): boolean {
  try {
    const below = relative('/root/folder', join('/root/folder', ...safePath(path)));
    return below !== '' && below.split(/[\\/]/)[0] !== '..' && !isAbsolute(below);
  } catch (error) {
    return error instanceof BenchmateError && error.code === 'BAD_REQUEST';
  }
}
