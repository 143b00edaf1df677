import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { CardView } from './card-view.tsx';

const card = (license: string, auc: number, prose: string) => `---
license: ${license}
model-index:
  - name: churn
    results:
      - task: { type: tabular-classification }
        dataset: { type: bc, name: Breast cancer }
        metrics:
          - { type: roc_auc, name: AUC, value: ${auc} }
---
# Churn

${prose}
`;
const view = (before: string, after: string) =>
  renderToStaticMarkup(
    <CardView title="Card" diff={diffCards(before, after)} oldName="Last commit" newName="Now" problem={null} />,
  );

test('N9: licence on top, then the result with its direction, then prose by words on two sides', () => {
  const page = view(card('apache-2.0', 0.894, 'Only for teaching.'), card('mit', 0.912, 'Only for research.'));
  const order = ['license changed: apache-2.0 → mit', '▲ +0.018', '<del>teaching</del>', '<ins>research</ins>'].map(
    text => page.indexOf(text),
  );
  expect(order.every(at => at >= 0)).toBe(true);
  expect(order.toSorted((a, b) => a - b)).toEqual(order);
  expect(page).toContain('better by 0.018');
});

test('reordered keys and reflowed prose are no change', () => {
  const before = card('mit', 0.9, 'One line\nof prose.');
  expect(
    view(
      before,
      before
        .replace('One line\nof', 'One line of')
        .replace('type: bc, name: Breast cancer', 'name: Breast cancer, type: bc'),
    ),
  ).toContain('The cards say the same.');
});

test('nothing in a card becomes markup', () => {
  const page = view(card('mit', 0.9, 'a'), card('<img src=x onerror=alert(1)>', 0.9, '<script>alert(1)</script> "\''));
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<img');
});
