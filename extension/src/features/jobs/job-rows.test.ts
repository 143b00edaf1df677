import { expect, test } from 'vitest';
import type { Job } from '@benchmate/shared/domain/job';
import { groupJobs, jobDetail } from './job-rows.ts';

const job = (change: Partial<Job>): Job => ({
  jobId: 'j1',
  name: 'train',
  projectId: null,
  dir: '/tmp',
  command: ['python'],
  params: {},
  state: 'queued',
  position: null,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  exitCode: null,
  message: '',
  runIds: [],
  progress: null,
  ...change,
});

test('groups come in the order running, queued, finished, and empty ones are left out', () => {
  const groups = groupJobs([
    job({ jobId: 'old', state: 'failed', endedAt: 10 }),
    job({ jobId: 'second', position: 2 }),
    job({ jobId: 'new', state: 'succeeded', endedAt: 20 }),
    job({ jobId: 'first', position: 1 }),
  ]);
  expect(groups.map(({ label, jobs }) => [label, jobs.map(({ jobId }) => jobId)])).toEqual([
    ['Queued', ['first', 'second']],
    ['Finished', ['new', 'old']],
  ]);
});

test('a job says its state in words', () => {
  expect(jobDetail(job({ position: 1 }))).toBe('queued, 1st in line');
  expect(jobDetail(job({ position: 12 }))).toBe('queued, 12th in line');
  expect(jobDetail(job({ state: 'running' }))).toBe('running');
  expect(jobDetail(job({ state: 'running', progress: { done: 3, total: 8 } }))).toBe('step 3 of 8 · 37 %');
  expect(jobDetail(job({ state: 'running', progress: { done: 3, total: null } }))).toBe('step 3');
  expect(jobDetail(job({ state: 'failed', exitCode: 2, startedAt: 0, endedAt: 724_000 }))).toBe(
    'failed with exit code 2 after 12 min 04 s',
  );
});
