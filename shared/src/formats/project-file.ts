import { BenchmateError } from '../errors/benchmate-error.ts';
import { projectFile, type ProjectFile } from '../domain/project.ts';
import { findLine, parseYaml } from './yaml-text.ts';

/** Reads `benchmate.yaml`. Unknown keys are left to newer versions. BAD_REQUEST names the file, the line, the key and what is allowed. */
export function parseProjectFile(text: string, path = 'benchmate.yaml'): ProjectFile {
  const parsed = parseYaml(text, path);
  const value: unknown = parsed.document.toJS({ maxAliasCount: 20 });
  const result = projectFile.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const keys = (issue?.path ?? []).map(String);
  const name = keys.join('.');
  const present = name === '' || findLine(parsed, keys).exact;
  const place = `${path}, line ${findLine(parsed, keys).line}`;
  throw new BenchmateError(
    'BAD_REQUEST',
    present ? `${place}: ${name ? `\`${name}\`` : 'the file'} is not as expected.` : `${path} lacks \`${name}\`.`,
    allowed[keys[0] ?? ''] ?? 'Write the keys of the project file as `name: value`, one per line.',
  );
}

/** What each key may hold, as the next step of an error. */
const allowed: Readonly<Record<string, string>> = {
  id: '`id` is 8 to 64 lower-case letters, digits and hyphens, beginning with a letter or digit: keep the one from git.',
  name: '`name` is a text of 1 to 200 characters; quote it when it looks like a number.',
  template: '`template` is the name of a template.',
  train: '`train` is a list of texts: the program and its arguments, such as `[python, train.py]`.',
  params: '`params` is the path of the params file in the project.',
  card: '`card` is the path of the model card in the project.',
  cardSections: '`cardSections` is a list of headings, such as `[Uses, Evaluation]`.',
  model: "`model` is the model's name in the registry.",
  primaryMetric: '`primaryMetric` is the name of one metric.',
  directions: '`directions` gives for each metric `higher`, `lower` or `unknown`.',
  snapshot: '`snapshot` is `manual` or `automatic`.',
  shareRuns: '`shareRuns` is `asked` or `finished`.',
};
