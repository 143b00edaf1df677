import { expect, test } from 'vitest';
import type { ModelReview } from '../domain/model-review.ts';
import type { Thread } from '../domain/review.ts';
import { minutesText, minutesTitle, reviewAgenda } from './review-minutes.ts';

const at = '2026-03-02T10:00:00.000Z';
const by = { device: 'ana', name: 'Ana' };
const review: ModelReview = {
  model: 'churn',
  version: {
    versionId: 'v9',
    version: 9,
    model: 'churn',
    source: 's',
    runId: null,
    registeredBy: by,
    at,
    revisedAt: at,
    stage: 'None',
    description: '',
    tags: {},
    approvals: [{ device: 'cy', name: 'Cy', verdict: 'request-changes', comment: 'Which\nsplit?', at }],
    remarks: [],
    requests: [
      { person: 'ben', name: 'Ben', by, comment: '', at, state: 'open' },
      { person: 'cy', name: 'Cy', by, comment: '', at, state: 'answered' },
    ],
    files: null,
  },
  targets: [
    {
      alias: 'champion',
      approvals: { needed: 1, given: 0 },
      groups: [{ people: ['Ben', 'Mira'], approvedBy: null }],
    },
    { alias: 'staging', approvals: { needed: 0, given: 0 }, groups: [] },
  ],
  lastReviewed: { version: 8, verdict: 'comment', at },
  parts: [
    { part: 'card:Metrics', label: 'Card: Metrics', changed: true, viewed: false },
    { part: 'files', label: 'Files', changed: false, viewed: false },
  ],
  projectId: 'p',
  drafts: [],
  openThreads: ['t1'],
  refusal: null,
};
const thread = (threadId: string, body: string): Thread => ({
  threadId,
  projectId: 'p',
  path: 'MODEL_CARD.md',
  anchor: { quote: 'AUC [0.91](javascript:x)', prefix: '', suffix: '', line: 6 },
  resolved: false,
  comments: [{ commentId: 'c', author: by, body, at: 0 }],
});

test('the agenda holds what is missing, what changed and what is open, and nothing that is done', () => {
  const agenda = reviewAgenda(review, [thread('t1', 'On which\n\nsplit?'), thread('t2', 'Settled.')]);
  expect(agenda).toEqual({
    verdicts: [
      'champion needs 1 more approval, and the approval of Ben or Mira.',
      'Ben was asked by Ana and has not answered.',
      'Cy asks for changes: Which split?',
    ],
    parts: ['Card: Metrics'],
    threads: [{ threadId: 't1', text: 'MODEL_CARD.md:7 “AUC [0.91](javascript:x)” Ana: On which split?' }],
  });
});

test('minutes begin with the agenda as a list to tick off; what people wrote stays text', () => {
  const text = minutesText(review, reviewAgenda(review, [thread('t1', '**Bold** <script>')]));
  expect(text).toContain('Review of [churn v9](model:churn/9).');
  expect(text).toContain(String.raw`- [ ] MODEL\_CARD.md:7 “AUC \[0.91\](javascript:x)” Ana: \*\*Bold\*\* \<script\>`);
  expect(minutesTitle(review, new Date(at))).toBe('Review of churn v9, 2026-03-02');
});
