/** Who has to approve, in words: `Ada, and Ben or Mira`. Of each group one is enough; no group asks nobody. */
export const groupsWords = (groups: readonly (readonly string[])[]): string =>
  groups.length === 0 ? 'nobody' : groups.map(people => people.join(' or ')).join(', and ');

/** What a rule about models is about: `churn* for champion`. */
export function ruleWords(pattern: string): string {
  const at = pattern.lastIndexOf('@');
  const [models, alias] = at < 0 ? [pattern, '*'] : [pattern.slice(0, at), pattern.slice(at + 1)];
  return `${models} ${alias === '*' ? 'for every alias' : `for ${alias}`}`;
}
