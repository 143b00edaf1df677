import { expect, test } from 'vitest';
import { explain } from '../facts/explain.ts';
import { approve, lab, policy, register } from '../facts/simulated-registry.ts';
import { registryText } from './registry-text.ts';

test('G1 who was asked, what was said with and without a vote, and whose approval is required stands in the list for people', () => {
  const { ana, bo, cy, share } = lab();
  const about = { model: 'churn', versionId: 'v1' };
  ana.state(policy(1));
  ana.state({ kind: 'reviewers.set', rules: [{ pattern: 'churn*@champion', people: [[bo.device, cy.device]] }] });
  ana.state(register('v1'));
  ana.state({ kind: 'review.requested', ...about, people: [bo.device, cy.device], comment: 'The *slices*?' });
  share();
  bo.state(approve('v1'));
  bo.state({ kind: 'review.commented', ...about, comment: 'and thanks' });
  cy.state({ kind: 'review.withdrawn', ...about, people: [cy.device], comment: 'On leave' });
  const card = { project: 'churn-0a1b', path: 'MODEL_CARD.md', content: 'ab'.repeat(32) };
  ana.state({ kind: 'file-review.requested', ...card, people: [bo.device], comment: '' });
  share();
  bo.state({ kind: 'file-review.given', ...card, verdict: 'approve', comment: 'Good' });
  share();
  const text = registryText(ana.registry());
  const head = text.slice(0, text.indexOf('# History')).replaceAll(/\d{4}-[\dT:.-]+Z/g, 'T');
  expect(head).toBe(`# Models

Made from the signed facts in \`facts/\`; nobody reads it back.

- champion asks for 1 approval
- churn\\*@champion asks for the approval of Bo or Cy

## churn


- v1, by Ana, T, from models:/v1
  - Bo: asked by Ana, answered, T: The \\*slices\\*?
  - Cy: asked by Ana, withdrawn, T: The \\*slices\\*?
  - Bo: approved, T
  - Bo: reviewed without a vote, T: and thanks

# Files

- MODEL\\_CARD.md of churn-0a1b
  - Bo: asked by Ana about abababababab, answered, T
  - Bo: approved abababababab, T: Good

`);
  expect(registryText(cy.registry())).toBe(text);
  expect(explain(ana.registry(), 'churn').map(({ sentence }) => sentence)).toEqual([
    'Ana registered churn v1.',
    'Ana asked Bo, Cy to review churn v1: “The *slices*?”',
    expect.stringMatching(/^(Bo|Cy)/),
    expect.stringMatching(/^(Bo|Cy)/),
    expect.stringMatching(/^(Bo|Cy)/),
  ]);
  expect(text).toContain('Cy declined to review churn v1: “On leave”.');
});
