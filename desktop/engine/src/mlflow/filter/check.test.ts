import { expect, test } from 'vitest';
import { conditionsOf, orderOf } from './check.ts';
import { versionFilter } from '../registry-kinds.ts';
import { experimentSearch, loggedModelSearch, runSearch } from './kinds.ts';

test('every spelling of an entity and an attribute means the same', () => {
  const filter =
    "parameter.a = 'x' AND param.a = 'x' AND metric.b > 1 AND tag.c = 'y' AND run.created > 1 AND attr.`Run Name` = 'n'";
  expect(conditionsOf(filter, runSearch).map(({ entity, key }) => `${entity}.${key}`)).toEqual([
    'param.a',
    'param.a',
    'metric.b',
    'tag.c',
    'attribute.start_time',
    'attribute.run_name',
  ]);
});

test.each([
  ["metrics.a = 'x'", runSearch, 'Expected numeric'],
  ['params.a = 1', runSearch, 'quoted string'],
  ['status = 1', runSearch, 'quoted string'],
  ["start_time = '1'", runSearch, 'Expected numeric'],
  ["start_time LIKE '1%'", runSearch, 'Invalid comparator'],
  ['metrics.a IS NULL', runSearch, 'Invalid comparator'],
  ["metrics.a IN ('1')", runSearch, 'Invalid comparator'],
  ["params.a > 'x'", runSearch, 'Invalid comparator'],
  ["status IN ('RUNNING')", runSearch, 'Invalid comparator'],
  ["status < 'RUNNING'", runSearch, 'Invalid comparator'],
  ["nothing = 'x'", runSearch, 'Invalid attribute key'],
  ["constructor = 'x'", runSearch, 'Invalid attribute key'],
  ["constructor.a = 'x'", runSearch, 'Invalid entity type'],
  ["datasets.source = 'x'", runSearch, 'Invalid dataset key'],
  ["params.a = 'x'", experimentSearch, 'Invalid entity type'],
  ["datasets.name = 'x'", loggedModelSearch, 'Invalid entity type'],
  ["version_number = '1'", versionFilter, 'Expected numeric'],
])('refuses %s', (filter, kind, reason) => {
  expect(() => conditionsOf(filter, kind)).toThrow(reason);
});

test('an order names what can be sorted, once', () => {
  expect(orderOf(['metrics.a DESC', 'created'], runSearch)).toEqual([
    { entity: 'metric', key: 'a', ascending: false },
    { entity: 'attribute', key: 'start_time', ascending: true },
  ]);
  expect(() => orderOf(['a'], runSearch)).toThrow('Invalid attribute key');
  expect(() => orderOf(['params.a', 'param.a DESC'], runSearch)).toThrow('twice');
});
