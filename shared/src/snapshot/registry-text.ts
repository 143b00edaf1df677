import type { Registry } from '../facts/registry.ts';
import { explain } from '../facts/explain.ts';
import { inline } from './markdown.ts';

/** What the signed facts say, for people: models, versions, verdicts, aliases, and the history in sentences. */
export function registryText(registry: Registry): string {
  const policies = Object.entries(registry.policies).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    '# Models',
    '',
    'Made from the signed facts in `facts/`; nobody reads it back.',
    '',
    ...policies.map(
      ([alias, approvals]) => `- ${inline(alias)} asks for ${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`,
    ),
    ...requiredLines(registry),
    ...(policies.length + registry.reviewers.rules.length > 0 ? [''] : []),
    ...registry.models.flatMap(model => [
      `## ${inline(model.name)}`,
      '',
      ...model.aliases.map(({ alias, holder, contested }) => {
        const version = model.versions.find(({ versionId }) => versionId === holder)?.version;
        return `- ${inline(alias)}: ${version === undefined ? 'none' : `v${version}`}${contested ? ' (contested)' : ''}`;
      }),
      '',
      ...model.versions.flatMap(({ version, registeredBy, at, source, approvals, remarks, requests }) => [
        `- v${version}, by ${inline(registeredBy.name)}, ${at}, from ${inline(source)}`,
        ...requests.map(
          ({ name, by, state, comment, at: asked }) =>
            `  - ${inline(name)}: asked by ${inline(by.name)}, ${state}, ${asked}${said(comment)}`,
        ),
        ...approvals.map(
          ({ name, verdict, comment, at: given }) =>
            `  - ${inline(name)}: ${verdict === 'approve' ? 'approved' : 'asked for changes'}, ${given}${said(comment)}`,
        ),
        ...remarks.map(
          ({ name, comment, at: given }) => `  - ${inline(name)}: reviewed without a vote, ${given}${said(comment)}`,
        ),
      ]),
      '',
    ]),
    ...filesLines(registry),
    '# History',
    '',
    ...explain(registry).map(
      ({ at, sentence, ignored }) =>
        `- ${at} ${inline(sentence)}${ignored === null ? '' : ` (does not count: ${inline(ignored)})`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const said = (comment: string): string => (comment === '' ? '' : `: ${inline(comment)}`);

/** Each verdict with the beginning of the content's number that it is about. */
function filesLines(registry: Registry): string[] {
  const reviews = registry.fileReviews();
  if (reviews.length === 0) return [];
  return [
    '# Files',
    '',
    ...reviews.flatMap(({ project, path, requests, votes, remarks }) => [
      `- ${inline(path)} of ${inline(project)}`,
      ...requests.map(
        ({ name, by, state, content, comment, at }) =>
          `  - ${inline(name)}: asked by ${inline(by.name)} about ${content.slice(0, 12)}, ${state}, ${at}${said(comment)}`,
      ),
      ...votes.map(
        ({ name, verdict, content, comment, at }) =>
          `  - ${inline(name)}: ${verdict === 'approve' ? 'approved' : 'asked for changes to'} ${content.slice(0, 12)}, ${at}${said(comment)}`,
      ),
      ...remarks.map(
        ({ name, content, comment, at }) =>
          `  - ${inline(name)}: reviewed ${content.slice(0, 12)} without a vote, ${at}${said(comment)}`,
      ),
    ]),
    '',
  ];
}

function requiredLines({ reviewers, membership }: Registry): string[] {
  const names = new Map(membership.members.map(({ person, name }) => [person, name]));
  return reviewers.rules.map(({ pattern, people }) => {
    const groups = people.map(group => group.map(person => inline(names.get(person) ?? 'somebody')).join(' or '));
    return `- ${inline(pattern)} asks for the approval of ${groups.join(', and of ') || 'nobody'}`;
  });
}

/** What stands there after two branches were merged, until it is made again. */
export const unmadeRegistryText =
  '# Models\n\nTwo branches were merged. The facts of both are in `facts/`; `benchmate snapshot write` lists them here again.\n';
