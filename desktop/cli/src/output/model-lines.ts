import type { AliasState, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago, shortId } from './describe.ts';
import { table } from './table.ts';
import { cell } from './terminal.ts';

export function modelTable(models: readonly RegisteredModel[], width: number | null): TextLine[] {
  return table(
    [
      { title: 'model', least: 10 },
      { title: 'latest', align: 'right' },
      { title: 'aliases', least: 10 },
      { title: 'changed' },
    ],
    models.map(model => [
      cell(model.name),
      cell(model.versions.length === 0 ? '–' : `v${Math.max(...model.versions.map(({ version }) => version))}`),
      cell(model.aliases.map(alias => aliasText(model, alias)).join(', ') || '–'),
      cell(ago(model.updatedAt), 'muted'),
    ]),
    width,
  );
}

export function modelLines(model: RegisteredModel, width: number | null): TextLine[] {
  const versions = [...model.versions].sort((a, b) => b.version - a.version);
  const someShared = versions.some(({ files }) => files !== null); // who works alone needs no column of `not shared`
  return [
    [part(model.name, 'heading')],
    ...(model.description ? [cell(model.description)] : []),
    ...table(
      [
        { title: 'version' },
        { title: 'aliases', least: 8 },
        { title: 'reviews', least: 10 },
        { title: 'registered', least: 10 },
        { title: 'run' },
        ...(someShared ? [{ title: 'files', align: 'right' as const }] : []),
        { title: 'source', least: 12 },
      ],
      versions.map(version => [
        cell(`v${version.version}`),
        cell(aliasesOf(model, version).join(', ') || '–'),
        cell(reviewText(version)),
        cell(`${ago(version.at)} by ${version.registeredBy.name}`, 'muted'),
        cell(version.runId ? shortId(version.runId) : '–'),
        ...(someShared ? [filesCell(version)] : []),
        cell(version.source, 'muted'),
      ]),
      width,
    ),
    ...model.aliases.filter(({ contested }) => contested).flatMap(alias => contestedLines(model, alias)),
  ];
}

const filesCell = ({ files }: ModelVersion) =>
  files ? cell(formatBytes(files.sizeBytes)) : cell('not shared', 'muted');

/** Why an alias is contested, and what to do about it. */
function contestedLines(model: RegisteredModel, alias: AliasState): TextLine[] {
  const rivals = alias.claims.map(claim => `${nameOf(model, claim.versionId)} (${claim.name}, ${ago(claim.at)})`);
  const serving = alias.holder === null ? 'Nothing serves' : `${nameOf(model, alias.holder)} keeps serving`;
  return [
    cell(''),
    cell(`⚠ ${alias.alias} is contested: different versions were promoted apart: ${rivals.join(' and ')}.`, 'warning'),
    cell(`${serving} until one is chosen: \`benchmate registry resolve ${model.name} ${alias.alias} <version>\`.`),
  ];
}

function aliasesOf(model: RegisteredModel, { versionId }: ModelVersion): string[] {
  return model.aliases.flatMap(({ alias, holder, contested, claims }) => {
    if (holder === versionId) return [contested ? `${alias} ⚠ contested` : alias];
    return contested && claims.some(claim => claim.versionId === versionId) ? [`${alias}?`] : [];
  });
}

function aliasText(model: RegisteredModel, { alias, holder, contested }: AliasState): string {
  return `${alias} → ${holder === null ? '–' : nameOf(model, holder)}${contested ? ' ⚠ contested' : ''}`;
}

function nameOf(model: RegisteredModel, versionId: string): string {
  const found = model.versions.find(version => version.versionId === versionId);
  return found ? `v${found.version}` : 'a version that is gone';
}

function reviewText({ approvals }: ModelVersion): string {
  const approved = approvals.filter(({ verdict }) => verdict === 'approve').map(({ name }) => name);
  const asked = approvals.filter(({ verdict }) => verdict === 'request-changes').map(({ name }) => name);
  const texts = [];
  if (approved.length > 0) texts.push(`✓ ${approved.join(', ')}`);
  if (asked.length > 0) texts.push(`✗ ${asked.join(', ')}`);
  return texts.join('; ') || '–';
}
