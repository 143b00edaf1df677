import { ok, deepEqual, equal, match } from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import type { Endpoint } from '@benchmate/shared/protocol/endpoint';
import { until } from '../../support/until.ts';
import { logRun } from './log-run.ts';

interface Api {
  connected(): Promise<{ url: string }>;
}

const dataDir = process.env.BENCHMATE_DATA_DIR ?? '';
const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
const params = vscode.Uri.joinPath(folder, 'params.yaml');

describe('the packaged extension', () => {
  const extension = vscode.extensions.getExtension<Api>('benchmate.benchmate');
  let client: ClosableEngineClient;
  let endpoint: Endpoint;

  before(async () => {
    ok(extension, 'it is installed');
    match(extension.extensionPath, /extensions[\\/]benchmate\.benchmate-/, 'from its package, not from source');
    await (await extension.activate()).connected();
    endpoint = (await until(() => readEndpoint(dataDir)))!;
    client = connectEngine(dataDir);
  });
  after(() => client?.close());

  it('starts the engine that it carries, with a secret only for this person', async () => {
    const info = await client.system.info.query();
    equal(info.dataDir, dataDir);
    equal(info.pid, endpoint.pid);
    if (process.platform !== 'win32') equal(statSync(join(dataDir, 'endpoint.json')).mode & 0o777, 0o600);
    const commandLine = process.platform === 'linux' ? readFileSync(`/proc/${info.pid}/cmdline`, 'utf8') : '';
    if (commandLine) ok(commandLine.includes(extension!.extensionPath), commandLine);
  });

  it('registers every command of its manifest', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const declared = (extension!.packageJSON as { contributes: { commands: { command: string }[] } }).contributes
      .commands;
    deepEqual(
      declared.filter(({ command }) => !known.has(command)).map(({ command }) => command),
      [],
    );
  });

  it('makes the folder’s project known', async () => {
    const projects = await until(async () => {
      const list = await client.projects.list.query();
      return list.length > 0 ? list : undefined;
    });
    deepEqual(
      projects.map(({ name, dir }) => [name, dir]),
      [['churn', folder.fsPath]],
    );
  });

  it('says in terminals where to log', async () => {
    const out = join(dataDir, 'terminal-env.txt');
    await until(async () => (await client.projects.list.query()).length > 0);
    const terminal = vscode.window.createTerminal({ name: 'env', cwd: folder });
    const seen = await until(() => {
      terminal.sendText(`node -e "require('fs').writeFileSync('${out}', JSON.stringify(process.env))"`);
      return new Promise(resolve => setTimeout(resolve, 1500)).then(
        () => JSON.parse(readFileSync(out, 'utf8')) as Record<string, string>,
      );
    }, 40_000);
    terminal.dispose();
    equal(seen.MLFLOW_TRACKING_URI, endpoint.url);
    equal(seen.MLFLOW_TRACKING_TOKEN, endpoint.token);
    equal(seen.MLFLOW_EXPERIMENT_NAME, 'churn');
  });

  it('N1: shows behind a changed param what it did to the metric, and nothing behind the others', async () => {
    const [project] = await client.projects.list.query();
    const runs = [
      await logRun(endpoint, {
        name: 'tidy-otter-1',
        params: { lr: '0.01', epochs: '5' },
        metrics: { val_loss: 0.343 },
      }),
      await logRun(endpoint, {
        name: 'tidy-otter-2',
        params: { lr: '0.01', epochs: '5' },
        metrics: { val_loss: 0.345 },
      }),
      await logRun(endpoint, {
        name: 'calm-heron-1',
        params: { lr: '0.001', epochs: '5' },
        metrics: { val_loss: 0.312 },
      }),
      await logRun(endpoint, {
        name: 'calm-heron-2',
        params: { lr: '0.001', epochs: '5' },
        metrics: { val_loss: 0.314 },
      }),
    ];
    await client.projects.pinBaseline.mutate({ projectId: project!.projectId, runId: runs[0]! });
    writeFileSync(params.fsPath, 'lr: 0.001\nepochs: 5\n');
    const document = await vscode.workspace.openTextDocument(params);
    await vscode.window.showTextDocument(document);
    const hint = await until(async () => {
      const [only, second] = await hints(document);
      return only && !second && label(only).includes('n=2') ? only : undefined;
    });
    match(label(hint), /^0\.01 → 0\.001 · val_loss −0\.031 ± \d+(\.\d+)? \(n=2\)$/);
    equal(hint.position.line, 0);
    equal(hint.position.character, 'lr: 0.001'.length);
  });

  it('offers to run and names the baseline above the params', async () => {
    const lenses = await until(async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', params);
      return all.length === 2 ? all : undefined;
    });
    deepEqual(
      lenses.map(({ command }) => command?.title),
      ['▷ Run', '⇄ Baseline tidy-otter-1'],
    );
  });

  it('changes the difference when a teammate’s pin arrives, without a reload', async () => {
    const [project] = await client.projects.list.query();
    const { runs } = await client.runs.list.query({ projectId: project!.projectId });
    const other = runs.find(({ name }) => name === 'calm-heron-1')!;
    await client.projects.pinBaseline.mutate({ projectId: project!.projectId, runId: other.runId });
    const document = await vscode.workspace.openTextDocument(params);
    await until(async () => (await hints(document)).length === 0);
  });

  it('N11: marks a number of the card that its run did not log, and a quick fix rewrites that token alone', async () => {
    const card = vscode.Uri.joinPath(folder, 'MODEL_CARD.md');
    const text = `---\nlicense: mit\n---\n# Churn\n\nIts loss is [0.35](run:tidy-otter-1#val_loss), no more.\n`;
    writeFileSync(card.fsPath, text);
    const document = await vscode.workspace.openTextDocument(card);
    await vscode.window.showTextDocument(document);
    const wrong = () =>
      vscode.languages
        .getDiagnostics(card)
        .find(({ code, source }) => source === 'benchmate' && code === 'claim-wrong');
    const found = await until(() => Promise.resolve(wrong()));
    equal(found.message, 'The card says 0.35; the run tidy-otter-1 logged val_loss = 0.343.');
    equal(document.getText(found.range), '0.35');
    // While the text is checked again, nothing is offered for its older state.
    const actions = await until(async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        card,
        found.range,
      );
      return all.some(({ title }) => title === 'Mark as external') ? all : undefined;
    });
    const update = actions.find(({ title }) => title === 'Update to 0.34')!;
    await vscode.workspace.applyEdit(update.edit!);
    equal(document.getText(), text.replace('0.35', '0.34'));
    await until(() => Promise.resolve(wrong() === undefined));
    await document.save();
  });

  it('finds the engine that takes the place of a killed one', async () => {
    process.kill(endpoint.pid, 'SIGKILL');
    const next = await until(async () => {
      const found = await readEndpoint(dataDir);
      return found && found.pid !== endpoint.pid ? found : undefined;
    }, 30_000);
    const { url } = await (await extension!.activate()).connected();
    equal(url, next.url);
  });
});

const label = ({ label: text }: vscode.InlayHint): string =>
  (typeof text === 'string' ? text : text.map(({ value }) => value).join('')).trim();

function hints(document: vscode.TextDocument): Promise<vscode.InlayHint[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  return Promise.resolve(
    vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole),
  );
}
