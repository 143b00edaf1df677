import type { SearchKind } from './filter/check.ts';

const entities = { attribute: 'attribute', tag: 'tag', tags: 'tag' } as const;
const same = (...names: string[]) => Object.fromEntries(names.map(name => [name, name]));

export const modelFilter: SearchKind = {
  entities,
  attributes: same('name'),
  numbers: new Set(),
  lists: new Set(['name']),
  sortable: new Set(),
};

export const modelOrder: SearchKind = {
  ...modelFilter,
  attributes: { ...same('name', 'last_updated_timestamp'), timestamp: 'last_updated_timestamp' },
  sortable: new Set(['name', 'last_updated_timestamp']),
};

export const versionFilter: SearchKind = {
  entities,
  attributes: same('name', 'version_number', 'run_id', 'source_path'),
  numbers: new Set(['version_number']),
  lists: new Set(['name', 'run_id']),
  sortable: new Set(),
};

export const versionOrder: SearchKind = {
  ...versionFilter,
  attributes: same('name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'),
  sortable: new Set(['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp']),
};
