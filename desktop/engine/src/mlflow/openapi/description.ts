import type { FieldSchemas, Schema } from './schema.ts';

/** What one route takes and gives. */
export interface Description {
  /** One sentence. */
  does: string;
  /** Fields of the query for GET, of the JSON body else; `!` behind a name: required. */
  takes?: FieldSchemas;
  /** Fields of the query, where the body is a file. */
  asks?: FieldSchemas;
  /** Fields of the JSON answer; none: an empty object. */
  gives?: FieldSchemas;
  /** Instead of JSON the route takes or gives the bytes of a file. */
  bytes?: 'takes' | 'gives';
  /** Statuses of success other than 200. */
  alsoAnswers?: Readonly<Record<number, string>>;
}

/** Descriptions by method and path, as the route table has them. */
export type Descriptions = Readonly<Record<string, Description>>;

/** What every search takes. */
export const page = (maxResults: Schema): FieldSchemas => ({
  max_results: maxResults,
  page_token: { type: 'string', description: 'Of the page before.' },
});

/** Opaque; absent on the last page. */
export const nextPageToken: FieldSchemas = { next_page_token: { type: 'string' } };
