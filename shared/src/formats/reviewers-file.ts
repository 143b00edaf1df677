import { BenchmateError } from '../errors/benchmate-error.ts';

/** One line: who is asked about what its pattern names. Of each group one person is needed; people are named as the team shows them. */
export interface ReviewersLine {
  pattern: string;
  people: string[][];
  /** From 1. */
  line: number;
}

export interface ReviewersFile {
  /** Rules about models, whose promotions need these approvals once they are applied. */
  models: ReviewersLine[];
  /** Rules about files of the project: whom to ask. */
  paths: ReviewersLine[];
}

const modelScheme = 'models:/';

/**
 * `REVIEWERS`: in git, like CODEOWNERS, so that who reviews what is proposed, reviewed and merged like code. The last line that
 * fits counts; a line without names asks nobody.
 *
 *     # models, for all aliases or for one
 *     models:/churn*             @Ada
 *     models:/churn*@champion    @Ada @Ben|@"Mira Voss"
 *     # files
 *     MODEL_CARD.md              @Ada
 *     data/                      @Ben
 *
 * `@Ben|@Mira`: one of them. BAD_REQUEST names the file and the line that is wrong: a rule that is misread protects nothing.
 */
export function parseReviewersFile(text: string, path = 'REVIEWERS'): ReviewersFile {
  const file: ReviewersFile = { models: [], paths: [] };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const [pattern = '', rest = ''] = splitOnce(line);
    const rule = { pattern, people: groups(rest, `${path}, line ${index + 1}`), line: index + 1 };
    if (!pattern.startsWith(modelScheme)) file.paths.push(rule);
    else file.models.push({ ...rule, pattern: pattern.slice(modelScheme.length) });
    if (pattern === modelScheme) throw wrong(`${path}, line ${index + 1}`, 'no model is named');
  }
  return file;
}

function splitOnce(line: string): string[] {
  const end = line.search(/\s/);
  return end < 0 ? [line] : [line.slice(0, end), line.slice(end).trim()];
}

const named = /^@(?:"([^"]{1,100})"|([^\s|"@]{1,100}))/;

function groups(text: string, where: string): string[][] {
  const found: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const group: string[] = [];
    for (;;) {
      const name = named.exec(rest);
      if (!name) throw wrong(where, `\`${rest.split(/\s/, 1)[0]}\` is no person`);
      group.push(name[1] ?? name[2]!);
      rest = rest.slice(name[0].length);
      if (!rest.startsWith('|')) break;
      rest = rest.slice(1);
    }
    if (rest !== '' && !/^\s/.test(rest))
      throw wrong(where, `\`${rest.split(/\s/, 1)[0]}\` is not expected after a name`);
    found.push(group);
    rest = rest.trimStart();
  }
  return found;
}

const wrong = (where: string, what: string) =>
  new BenchmateError(
    'BAD_REQUEST',
    `${where}: ${what}.`,
    'A line says a pattern, then who reviews it: `models:/churn*@champion @Ada @Ben|@"Mira Voss"`.',
  );
