import type { TextHit } from '@benchmate/shared/domain/text-hit';
import type { Sqlite } from '../../storage/database.ts';
import { isDamage } from './damage.ts';
import { matchExpression, type Term } from './query.ts';
import { snippetOf } from './snippet.ts';

export interface TextQuery {
  team: string;
  projectId: string | null;
  terms: readonly Term[];
  limit: number;
}

/** Null: the index has to be made again. */
export type TextAnswer = { hits: TextHit[]; more: boolean } | null;

interface Row extends Omit<TextHit, 'author' | 'snippet'> {
  author: string;
  body: string;
}

/** A word in a title says more about a note than one in its text. */
const weights = '8.0, 1.0';
/** Of texts in which snippets are looked for, per answer: beyond it a snippet is a text's beginning. */
const mostSearchedForSnippets = 2_000_000;

/** What is read for search; see `storage/reader.ts`. */
export const textReads = (db: Sqlite) => ({
  'text.find': ({ team, projectId, terms, limit }: TextQuery): TextAnswer => {
    try {
      const rows = db
        .prepare<unknown[], Row>(
          `SELECT e.kind, e.project AS projectId, e.item_id AS itemId, e.thread_id AS threadId, e.title, e.author, e.at, e.body
           FROM (SELECT i.rowid AS entry_no, bm25(text_index, ${weights}) AS rank FROM text_index i JOIN text_entry t ON t.entry_no = i.rowid
                 WHERE text_index MATCH ? AND t.team = ?${projectId === null ? '' : ' AND t.project = ?'}
                 ORDER BY rank LIMIT ?) found
           JOIN text_entry e USING (entry_no) ORDER BY found.rank, e.at DESC`,
        )
        .all(matchExpression(terms), team, ...(projectId === null ? [] : [projectId]), limit + 1);
      let left = mostSearchedForSnippets;
      const hits = rows.slice(0, limit).map(({ author, body, ...row }) => {
        const searched = body.slice(0, Math.max(1000, left));
        left -= searched.length;
        return { ...row, author: JSON.parse(author) as TextHit['author'], snippet: snippetOf(searched, terms) };
      });
      return { hits, more: rows.length > limit };
    } catch (error) {
      if (isDamage(error)) return null;
      throw error;
    }
  },
});
