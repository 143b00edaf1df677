import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../../.ci/setup/python-env.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface FuzzTarget {
  url: string;
  token: string;
  /** Names that exist, by field. */
  known: Readonly<Record<string, readonly string[]>>;
}

export interface FuzzOptions {
  seed: number;
  /** Cases per operation. */
  examples: number;
}

/**
 * Asks an engine everything that its own OpenAPI description allows, and what it does not allow, prints what it finds, and rejects if there are
 * calls that were answered with a 5xx, against the description, without the token, or not within five seconds.
 */
export async function fuzz({ url, token, known }: FuzzTarget, { seed, examples }: FuzzOptions): Promise<void> {
  const python = await ensurePythonEnv('schemathesis', here('requirements-schemathesis.txt'));
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-fuzz-'));
  const checks = [
    'not_a_server_error',
    'status_code_conformance',
    'content_type_conformance',
    'response_schema_conformance',
    'ignored_auth',
  ];
  const options = {
    header: `Authorization: Bearer ${token}`,
    checks: checks.join(','),
    phases: 'coverage,fuzzing',
    'max-examples': String(examples),
    seed: String(seed),
    'max-response-time': '5',
    'request-timeout': '20',
    'suppress-health-check': 'all',
  };
  try {
    const child = spawn(
      python,
      [
        '-m',
        'schemathesis.cli',
        'run',
        `${url}/api/openapi.json`,
        '--continue-on-failure',
        '--no-shrink',
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          PYTHONPATH: here('.'),
          SCHEMATHESIS_HOOKS: 'known',
          BENCHMATE_FUZZ_KNOWN: JSON.stringify(known),
          NO_COLOR: '1',
        },
      },
    );
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`schemathesis with seed ${seed} found something: see above.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
