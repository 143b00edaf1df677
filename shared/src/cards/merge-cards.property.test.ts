import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseModelCard } from '../formats/model-card.ts';
import { mergeCards } from './merge-cards.ts';

/** A card as data, written in one of several styles. */
interface Card {
  fields: Record<string, string>;
  tags: string[];
  results: { dataset: string; split: string; metric: string; value: number }[];
  sections: { title: string; words: string[] }[];
}
interface Style {
  indentSeq: boolean;
  flowTags: boolean;
  /** One result holds all metrics of its dataset, or each its own. */
  grouped: boolean;
}

const start: Card = {
  fields: { license: 'mit', library_name: 'sklearn', base_model: 'org/base' },
  tags: ['tabular', 'trees'],
  results: ['accuracy', 'f1'].flatMap((metric, i) =>
    ['validation', 'test'].map(split => ({ dataset: 'churn', split, metric, value: 0.5 + i / 10 })),
  ),
  sections: ['Intro', 'Uses', 'Limits', 'Data'].map(title => ({
    title,
    words: `${title} says one two three four five six seven eight`.split(' '),
  })),
};

type Edit = (card: Card, n: number, word: string) => void;
const at = <T>(list: T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const edits: Edit[] = [
  (card, n) => void (at(card.results, n) && (at(card.results, n)!.value = n / 1000)),
  (card, n) =>
    void card.results.splice(n % (card.results.length + 1), 0, {
      dataset: `d${n % 7}`,
      split: 'test',
      metric: 'mcc',
      value: n / 100,
    }),
  (card, n) => void card.results.splice(n % Math.max(1, card.results.length), 1),
  (card, n) => void card.results.push({ dataset: 'churn', split: 'test', metric: `m${n % 5}`, value: n }),
  (card, n, word) => void (card.fields[at(['license', 'library_name', 'thumbnail'], n)!] = word),
  (card, n) => void delete card.fields[at(['license', 'base_model'], n)!],
  (card, n, word) => void card.tags.splice(n % (card.tags.length + 1), 0, word),
  (card, n) => void card.tags.splice(n % Math.max(1, card.tags.length), 1),
  card => void (card.tags = card.tags.toReversed()),
  card => void (card.fields = Object.fromEntries(Object.entries(card.fields).toReversed())),
  (card, n, word) => void at(card.sections, n)?.words.splice(n % 9, 1, word),
  (card, n, word) =>
    void card.sections.splice(n % (card.sections.length + 1), 0, {
      title: `New ${word}`,
      words: [word, 'and', 'more'],
    }),
  (card, n) => void card.sections.splice(n % Math.max(1, card.sections.length), 1),
  (card, n, word) => void (at(card.sections, n) && (at(card.sections, n)!.title += ` ${word}`)),
  card => void (card.sections = card.sections.toReversed()),
];

function write(card: Card, { indentSeq, flowTags, grouped }: Style): string {
  const groups = Map.groupBy(
    card.results,
    ({ dataset, split, metric }) => `${dataset} ${split}${grouped ? '' : metric}`,
  );
  const results = [...groups.values()].map(all => ({
    task: { type: 'tabular-classification' },
    dataset: { type: all[0]!.dataset, split: all[0]!.split },
    metrics: all.map(({ metric, value }) => ({ type: metric, value })),
  }));
  const head = stringify(card.fields);
  const tags = flowTags ? `tags: [${card.tags.join(', ')}]\n` : stringify({ tags: card.tags }, { indentSeq });
  const index = stringify({ 'model-index': [{ name: 'm', results }] }, { indentSeq });
  const prose = card.sections.map(({ title, words }) => `## ${title}\n\n${words.join(' ')}\n`).join('\n');
  return `---\n# of the data\n${head}${tags}${index}---\n\n${prose}`;
}

const side = fc.array(fc.tuple(fc.nat(edits.length - 1), fc.nat(999), fc.stringMatching(/^[a-z]{3,6}$/)), {
  minLength: 1,
  maxLength: 5,
});
const style = fc.record({ indentSeq: fc.boolean(), flowTags: fc.boolean(), grouped: fc.constant(true) });
const edited = (changes: readonly (readonly [number, number, string])[], base: Card): Card => {
  const card = structuredClone(base);
  for (const [kind, n, word] of changes) edits[kind]!(card, n, word);
  const seen = new Set<string>(); // one result is stated once, a tag and a title are there once
  card.results = card.results.filter(
    ({ dataset, split, metric }) => seen.size < seen.add(`${dataset} ${split} ${metric}`).size,
  );
  card.tags = [...new Set(card.tags)];
  return card;
};
const valuesOf = (text: string) => new Map(parseModelCard(text).results.map(({ key, value }) => [key, value]));

test('N10: 500 pairs of random edits give valid YAML, lose no result, and the same whichever side is merged into which', () => {
  const seen = { merges: 0, clean: 0 };
  fc.assert(
    fc.property(side, side, style, style, fc.boolean(), (left, right, styleA, styleB, grouped) => {
      const card = (changes: typeof left, written: Style) => write(edited(changes, start), { ...written, grouped });
      const base = write(start, { ...styleA, grouped });
      const [ours, theirs] = [card(left, styleA), card(right, styleB)];
      const merged = mergeCards({ base, ours, theirs });
      seen.merges++;

      const fields = parse(merged.text.split('---\n')[1]!) as Record<string, unknown>;
      const [old, a, b, now] = [base, ours, theirs, merged.text].map(valuesOf) as [
        Map<string, unknown>,
        Map<string, unknown>,
        Map<string, unknown>,
        Map<string, unknown>,
      ];
      for (const key of new Set([...a.keys(), ...b.keys()])) {
        const removed =
          old.has(key) &&
          ((!a.has(key) && b.get(key) === old.get(key)) || (!b.has(key) && a.get(key) === old.get(key)));
        // What one side removed whole and the other changed in part is kept whole, and marked.
        if (removed && merged.text.includes('(removed)')) continue;
        expect(now.has(key), key).toBe(!removed);
        if (removed) continue;
        const said = [a.get(key), b.get(key)].filter(value => value !== undefined && value !== old.get(key));
        expect(said.length > 0 ? said : [old.get(key)]).toContain(now.get(key));
        if (said.length === 2 && said[0] !== said[1])
          expect(merged.text).toContain(`# CONFLICT theirs: ${String(said[1])} `);
      }
      const tags = [start, edited(left, start), edited(right, start)].map(({ tags: each }) => each);
      const wanted = new Set(
        [...tags[1]!, ...tags[2]!].filter(
          tag => !tags[0]!.includes(tag) || (tags[1]!.includes(tag) && tags[2]!.includes(tag)),
        ),
      );
      expect(new Set(fields.tags as string[])).toEqual(wanted);
      expect(merged.text).toContain('# of the data\n');

      const other = mergeCards({ base, ours: theirs, theirs: ours });
      expect(
        other.conflicts.map(conflict => JSON.stringify([conflict.place, conflict.theirs, conflict.ours])).toSorted(),
      ).toEqual(
        merged.conflicts.map(conflict => JSON.stringify([conflict.place, conflict.ours, conflict.theirs])).toSorted(),
      );
      if (merged.conflicts.length === 0) {
        seen.clean++;
        expect(other.text).toBe(merged.text);
      }
    }),
    { numRuns: 500 },
  );
  expect(seen.clean).toBeGreaterThan(100);
}, 60_000);
