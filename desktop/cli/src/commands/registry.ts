import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { parseMoment } from '@benchmate/shared/formats/moment';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { addGroup, addLeaf, option } from '../command.ts';
import { moveFiles } from '../move-files.ts';
import { modelLines, modelTable } from '../output/model-lines.ts';
import { asOfLines } from '../output/as-of-lines.ts';
import { ago } from '../output/describe.ts';
import { facts, table } from '../output/table.ts';
import { cell } from '../output/terminal.ts';
import { versionNumber } from '../version-number.ts';

/** `benchmate registry …`: model versions, approvals and aliases. */
export function registerRegistry(program: Command): void {
  const group = addGroup(
    program,
    'registry',
    'model versions, their approvals and aliases',
    'benchmate registry show churn',
  );

  addLeaf(group, {
    spec: 'list',
    description: 'models with their latest version and aliases',
    examples: ['benchmate registry list'],
    run: async context => {
      const models = await (await context.engine()).registry.list.query();
      context.print(models, () =>
        models.length === 0
          ? ['No model is registered. `benchmate registry register <model> --run <run>` adds the first version.']
          : modelTable(models, context.terminal.width),
      );
    },
  });

  addLeaf(group, {
    spec: 'show <model>',
    description: 'versions, approvals and aliases of a model',
    examples: ['benchmate registry show churn'],
    run: async (context, [name]) => {
      const model = await (await context.engine()).registry.get.query({ model: String(name) });
      context.print(model, () => modelLines(model, context.terminal.width));
    },
  });

  addLeaf<{ run?: string; source?: string; description?: string }>(group, {
    spec: 'register <model>',
    description: 'register the model of a run as the next version',
    examples: ['benchmate registry register churn --run tidy-otter-12'],
    options: [
      option('--run <run>', 'the run that trained it'),
      option('--source <uri>', 'where its files are (default: `model` of the run)'),
      option('--description <text>', 'what is special about it'),
    ],
    run: async (context, [name], { run: runName, source, description = '' }) => {
      const engine = await context.engine();
      const run = runName === undefined ? null : await engine.runs.get.query({ runId: runName });
      const from = source ?? (run ? `runs:/${run.runId}/model` : null);
      if (from === null)
        throw new BenchmateError(
          'BAD_REQUEST',
          'It is not said what to register.',
          'Add --run <run> or --source <uri>.',
        );
      const request = { model: String(name), runId: run?.runId ?? null, source: from, description };
      const model = await engine.registry.register.mutate(request);
      context.print(model, () => modelLines(model, context.terminal.width));
    },
  });

  addLeaf<{ requestChanges?: boolean; comment?: string }>(group, {
    spec: 'approve <model> <version>',
    description: 'give your signed verdict on a version that somebody else registered',
    examples: ['benchmate registry approve churn 9 --comment "Slices look good"'],
    options: [option('--request-changes', 'not yet: ask for changes instead'), option('--comment <text>', 'why')],
    run: async (context, [name, version], { requestChanges, comment = '' }) => {
      const verdict = requestChanges ? 'request-changes' : 'approve';
      const request = { model: String(name), version: versionNumber(version), verdict, comment } as const;
      const model = await (await context.engine()).registry.approve.mutate(request);
      context.print(model, () => modelLines(model, context.terminal.width));
    },
  });

  addLeaf(group, {
    spec: 'promote <model> <version> <alias>',
    description: 'let an alias point to a version',
    examples: ['benchmate registry promote churn 9 champion'],
    run: async (context, [name, version, alias]) => {
      const request = { model: String(name), version: versionNumber(version), alias: String(alias) };
      const model = await (await context.engine()).registry.promote.mutate(request);
      context.print(model, () => modelLines(model, context.terminal.width));
    },
  });

  addLeaf<{ reason?: string }>(group, {
    spec: 'resolve <model> <alias> <version>',
    description: 'choose one of the rival versions of a contested alias',
    examples: ['benchmate registry resolve churn champion 7 --reason "v9 fails on young customers"'],
    options: [option('--reason <text>', 'why this one; everybody sees it')],
    run: async (context, [name, alias, version], { reason = '' }) => {
      const request = { model: String(name), alias: String(alias), version: versionNumber(version), reason };
      const model = await (await context.engine()).registry.resolve.mutate(request);
      context.print(model, () => modelLines(model, context.terminal.width));
    },
  });

  addLeaf(group, {
    spec: 'history <model>',
    description: 'every signed fact about a model, oldest first; ignored ones say why',
    examples: ['benchmate registry history churn'],
    run: async (context, [name]) => {
      const items = await (await context.engine()).registry.history.query({ model: String(name) });
      context.print(items, () =>
        table(
          [{ title: 'when' }, { title: 'who', least: 8 }, { title: 'what', least: 20 }],
          items.map(({ at, name: who, sentence, ignored }) => [
            cell(ago(at), 'muted'),
            cell(who),
            ignored === null ? cell(sentence) : cell(`${sentence} Ignored: ${ignored}`, 'warning'),
          ]),
          context.terminal.width,
        ),
      );
    },
  });

  addLeaf<{ model?: string; entry?: boolean }>(group, {
    spec: 'as-of <moment>',
    description: 'what every alias pointed to at a moment, who set it and who had approved; asks no server',
    examples: ['benchmate registry as-of 2026-03-14T09:00', 'benchmate registry as-of 2026-03-14 --model churn'],
    options: [
      option('--model <model>', 'of one model alone'),
      option('--entry', 'the moment is the hash of an entry: what its author had seen, whatever clocks say'),
    ],
    run: async (context, [moment], { model, entry = false }) => {
      const asked = entry ? null : parseMoment(String(moment));
      const request = asked ? { at: asked.at } : { entry: String(moment) };
      const then = await (await context.engine()).audit.asOf.query(request, { signal: context.signal });
      const title = asked
        ? `As of ${asked.text}, that is ${asked.at}`
        : `As the author of entry ${String(moment).slice(0, 8)} had seen it`;
      const of = <T>(items: T[], name: (item: T) => string) =>
        items.filter(item => (model ?? name(item)) === name(item));
      const shown = {
        ...then,
        models: of(then.models, each => each.name),
        aliases: of(then.aliases, each => each.model),
      };
      context.print(shown, () => asOfLines(shown, title, context.terminal.width));
    },
  });

  for (const [kind, description] of [
    ['push', 'share the files of a version with the team: on the device that registered it'],
    ['pull', 'get the files of a version that a teammate registered; goes on where it was broken off'],
  ] as const)
    addLeaf(group, {
      spec: `${kind} <model> [version]`,
      description,
      examples: [`benchmate registry ${kind} churn 9`, `benchmate registry ${kind} churn@champion`],
      run: async (context, [name, version]) => {
        const model = await modelVersionOf(await context.engine(), String(name), version);
        const result = await moveFiles(context, { kind, ...model });
        context.print(result, () => [
          result.movedBytes === 0
            ? `Nothing had to travel: all files of ${model.model} v${model.version} are there.`
            : `${result.files} ${result.files === 1 ? 'file' : 'files'} of ${model.model} v${model.version} (${formatBytes(result.sizeBytes)}) ${result.files === 1 ? 'is' : 'are'} ${kind === 'push' ? 'with the team' : 'here'}.`,
        ]);
      },
    });

  addLeaf(group, {
    spec: 'policy [alias] [approvals]',
    description: 'how many approvals of others an alias needs; with both arguments: set it',
    examples: ['benchmate registry policy', 'benchmate registry policy champion 1'],
    run: async (context, [alias, approvals]) => {
      const engine = await context.engine();
      if (alias !== undefined && approvals === undefined)
        throw new BenchmateError('BAD_REQUEST', 'The number of approvals is missing.', 'As in: policy champion 1');
      const policies =
        alias === undefined
          ? await engine.registry.policies.query()
          : await engine.registry.setPolicy.mutate({ alias: String(alias), approvals: Number(approvals) });
      const rows = Object.entries(policies).map(
        ([name, count]) => [name, count === 1 ? '1 approval' : `${count} approvals`] as const,
      );
      context.print(policies, () => (rows.length === 0 ? ['No alias needs an approval.'] : facts(rows)));
    },
  });
}

/** `churn 9`, `churn@champion`, or `churn` alone for its newest version. */
async function modelVersionOf(
  engine: EngineClient,
  text: string,
  version: string | string[] | undefined,
): Promise<{ model: string; version: number }> {
  if (version !== undefined) return { model: text, version: versionNumber(version) };
  const [, name = text, alias] = /^(.+)@([^@]+)$/.exec(text) ?? [];
  const { versions, aliases } = await engine.registry.get.query({ model: name });
  const holder = aliases.find(state => state.alias === alias)?.holder;
  const found = alias === undefined ? versions.at(-1) : versions.find(({ versionId }) => versionId === holder);
  if (found) return { model: name, version: found.version };
  const sentence = alias === undefined ? `${name} has no version.` : `${name} has no version that is ${alias}.`;
  throw new BenchmateError('NOT_FOUND', sentence, `See \`benchmate registry show ${name}\`.`);
}
