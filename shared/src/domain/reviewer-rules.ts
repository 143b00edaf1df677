import { z } from 'zod';

/**
 * Who has to approve versions of the models that a pattern names before they are promoted. `pattern`: `churn.*` for every alias,
 * `churn.*@champion` for one; `*` is any text. `people`: of each group one person (the key of their first device) has to approve.
 */
export const reviewerRule = z.object({
  pattern: z.string().min(1).max(500),
  people: z.array(z.array(z.string().min(1).max(100)).min(1).max(20)).max(20),
});
export type ReviewerRule = z.infer<typeof reviewerRule>;

/** What the last rule that names the model and the alias asks for; nothing without one, or when that one names nobody. */
export function requiredGroups(rules: readonly ReviewerRule[], model: string, alias: string): readonly string[][] {
  return rules.findLast(({ pattern }) => isAbout(pattern, model, alias))?.people ?? [];
}

/**
 * Groups of whom nobody has approved. Who answers for the version is never asked to judge it: a group of them alone asks nobody.
 */
export function missingGroups(
  groups: readonly string[][],
  { answerable, approving }: { answerable: string; approving: ReadonlySet<string> },
): string[][] {
  return groups
    .map(group => group.filter(person => person !== answerable))
    .filter(group => group.length > 0 && !group.some(person => approving.has(person)));
}

function isAbout(pattern: string, model: string, alias: string): boolean {
  const at = pattern.lastIndexOf('@');
  const [models, aliases] = at < 0 ? [pattern, '*'] : [pattern.slice(0, at), pattern.slice(at + 1)];
  // A stage is written with a capital letter, an alias of the same name mostly without.
  return matches(models, model) && matches(aliases.toLowerCase(), alias.toLowerCase());
}

/** In time that grows with the product of both lengths, whatever the pattern: a rule comes from a teammate. */
function matches(pattern: string, text: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    if (pattern[at] === '*') [star, from] = [at++, index];
    else if (pattern[at] === text[index]) {
      at++;
      index++;
    } else if (star < 0) return false;
    else [at, index] = [star + 1, ++from];
  }
  return /^\**$/.test(pattern.slice(at));
}
