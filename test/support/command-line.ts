import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { programFile } from './program-file.ts';

/** Two people, each with an engine of their own. */
export type Person = 'ada' | 'ben';

export interface Call {
  as?: Person;
  cwd?: string;
  input?: string;
  env?: NodeJS.ProcessEnv;
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** `benchmate` as its own process, in `project` unless told otherwise; data directories lie in `home`. */
export function commandLine(home: string, project: string) {
  const cli = programFile('desktop/cli/src/main.ts');
  async function benchmate(
    args: string[],
    { as = 'ada', cwd = project, input = '', env = {} }: Call = {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { ...process.env, BENCHMATE_DATA_DIR: join(home, as), ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdin.on('error', () => {}).end(input);
    const [code] = (await once(child, 'close')) as [number];
    return { code, stdout, stderr };
  }

  /** Runs a command with `--json`; its one document must have the shape of the contract. */
  async function ask<S extends z.ZodType>(shape: S, args: string[], options = {}): Promise<z.output<S>> {
    const at = args.includes('--') ? args.indexOf('--') : args.length;
    const { code, stdout, stderr } = await benchmate([...args.slice(0, at), '--json', ...args.slice(at)], options);
    expect(stderr, args.join(' ')).toBe('');
    expect(code, args.join(' ')).toBe(0);
    return shape.parse(JSON.parse(stdout));
  }

  async function refuse(args: string[], options = {}): Promise<{ code: string; message: string; nextStep: string }> {
    const { code, stdout, stderr } = await benchmate([...args, '--json'], options);
    const shape = z
      .strictObject({ code: z.enum(Object.keys(errorCodes)), message: z.string().min(10), nextStep: z.string() })
      .parse(JSON.parse(stderr));
    expect(stdout, args.join(' ')).toBe('');
    expect(code, args.join(' ')).toBe(errorCodes[shape.code as keyof typeof errorCodes].exit);
    return shape;
  }

  return { cli, benchmate, ask, refuse };
}
