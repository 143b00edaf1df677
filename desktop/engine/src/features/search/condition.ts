/** One comparison of a search; the conditions of a search are joined by AND. */
export interface Condition {
  entity: 'attribute' | 'metric' | 'param' | 'tag' | 'dataset';
  key: string;
  operator: Operator;
  /** A list for IN and NOT IN, null for IS NULL and IS NOT NULL. */
  value: string | number | readonly string[] | null;
}

export type Operator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN' | 'IS NULL' | 'IS NOT NULL';

export interface Order {
  entity: Condition['entity'];
  key: string;
  ascending: boolean;
}

export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';
