import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { toBase64Url } from '@benchmate/shared/facts/keys';
import { sha256 } from '@benchmate/shared/facts/sha256';
import { markdownSections } from '@benchmate/shared/formats/markdown-sections';

/** What a part says, by its hash: equal hashes, nothing to look at again. */
export interface VersionPart {
  part: string;
  label: string;
  digest: string;
}

/** The parts of a version that somebody looks at one by one. Sections of one name count as one part. */
export function partsOf({ description, source, runId, files }: ModelVersion): VersionPart[] {
  const [, front = '', prose = description] = /^---\r?\n([\s\S]*?\n)---[ \t]*\r?\n?([\s\S]*)$/.exec(description) ?? [];
  const sections = new Map<string, string>();
  for (const { path, text } of markdownSections(prose)) {
    const name = path.join('/');
    sections.set(name, (sections.get(name) ?? '') + text);
  }
  return [
    ...(front.trim() ? [part('card-data', 'Card: data at its head', front)] : []),
    ...[...sections]
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => part(`card:${name}`, `Card: ${name.split('/').at(-1) || 'beginning'}`, text.trim())),
    ...(runId === null ? [] : [part('run', 'Metrics and params', runId)]),
    part('files', 'Files', files?.manifest ?? source),
  ];
}

const part = (name: string, label: string, text: string): VersionPart => ({
  part: name.slice(0, 500),
  label: label.slice(0, 200),
  digest: toBase64Url(sha256(text)).slice(0, 22),
});
