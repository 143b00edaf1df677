import { z } from 'zod';
import { aliasPolicies, type AliasPolicies } from '../domain/registry.ts';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { findLine, parseYaml } from './yaml-text.ts';

/**
 * `policies.yaml`: in git, so that a rule is proposed, reviewed and merged like code. It is the whole truth about the aliases
 * of a team; what it says counts once somebody who may set policies applies it.
 *
 *     aliases:
 *       champion:
 *         approvals: 2
 */
const policyFile = z.strictObject({
  aliases: z.record(z.string().min(1).max(250), z.strictObject({ approvals: z.number().int().min(0).max(10) })),
});

/** How many approvals each alias asks for. BAD_REQUEST names the file, the line and the key that is wrong: a rule that is misread protects nothing. */
export function parsePolicyFile(text: string, path = 'policies.yaml'): AliasPolicies {
  const parsed = parseYaml(text, path);
  const value: unknown = parsed.document.toJS({ maxAliasCount: 20 });
  const read = policyFile.safeParse(value ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
    const keys = [...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String);
    const { line, exact } = findLine(parsed, keys);
    throw new BenchmateError(
      'BAD_REQUEST',
      exact
        ? `${path}, line ${line}: ${keys.length > 0 ? `\`${keys.join('.')}\`` : 'the file'} is not as expected.`
        : `${path} lacks \`${keys.join('.')}\`.`,
      'It says `aliases:`, then for each alias its name and below it `approvals:` with a number from 0 to 10.',
    );
  }
  return aliasPolicies.parse(
    Object.fromEntries(Object.entries(read.data.aliases).map(([alias, { approvals }]) => [alias, approvals])),
  );
}

export interface PolicyDifference {
  alias: string;
  /** Approvals that the team asks for now, and as the file says. */
  now: number;
  wanted: number;
}

/** Where the team's rules are not those of the file; an alias that the file does not name asks for none. */
export function policyDifferences(file: AliasPolicies, now: AliasPolicies): PolicyDifference[] {
  return [...new Set([...Object.keys(file), ...Object.keys(now)])]
    .map(alias => ({ alias, now: now[alias] ?? 0, wanted: file[alias] ?? 0 }))
    .filter(each => each.now !== each.wanted)
    .sort((a, b) => (a.alias < b.alias ? -1 : 1));
}
