import type { FileReviewNow } from '@benchmate/shared/domain/file-review';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { ago } from './describe.ts';
import { requestWords, verdictWords } from './review-lines.ts';
import { cell, printable } from './terminal.ts';

/** A file's reviews from top to bottom: who is asked, verdicts, and which of them are about what it says now. */
export function fileReviewLines(review: FileReviewNow): TextLine[] {
  const { path, content, commit, requests, votes, remarks, drafts, refusal } = review;
  const given = [...votes, ...remarks.map(remark => ({ ...remark, verdict: 'comment' as const }))];
  const at = commit === null ? 'not as committed' : `at commit ${commit.slice(0, 12)}`;
  return [
    [part(`Review of ${printable(path)}`, 'heading')],
    cell(content === null ? 'There is no such file here now.' : `content ${content.slice(0, 12)}, ${at}`, 'muted'),
    ...requests.map(({ name, by, comment, at: asked, state }) =>
      cell(`${name} ${requestWords[state]} by ${by.name} ${ago(asked)}${comment === '' ? '' : `: “${comment}”`}`),
    ),
    ...given.flatMap(({ name, verdict, comment, at: said, content: about, commit: then }) => [
      [part(`${printable(name)} ${verdictWords[verdict]}`), part(` ${ago(said)}`, 'muted')],
      ...(about === content ? [] : [cell(`    ${changedSince(path, then)}`, 'warning')]),
      ...(comment ? comment.split('\n').map(line => cell(`    ${line}`)) : []),
    ]),
    ...(drafts.length > 0
      ? [cell(`Drafts of yours on it, which would go out with \`benchmate review submit\`: ${drafts.length}.`)]
      : []),
    ...(refusal ? [cell(`You give no vote here: ${refusal}`, 'muted')] : []),
  ];
}

const changedSince = (path: string, commit: string | null): string =>
  `about what it said before${commit === null ? '.' : `: \`git diff ${commit.slice(0, 12)} -- ${path}\` shows what changed since.`}`;
