import { z } from 'zod';
import { documentIdPattern } from '@benchmate/shared/documents/document-id';
import { entry } from '@benchmate/shared/facts/entry';

/** The lines of a bundle, as SPEC.md has them. */
const base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const documentId = z.string().regex(documentIdPattern);

export const headLine = z.object({
  format: z.literal('benchmate-bundle'),
  v: z.literal(1),
  team: z.string().min(1),
  teamName: z.string(),
  from: z.object({ device: z.string(), name: z.string().max(250) }),
  at: z.iso.datetime(),
  have: z.object({
    feeds: z.record(z.string(), z.number().int().min(0)),
    heads: z.record(z.string(), z.string().max(43)).optional(),
    documents: z.record(documentId, base64Url),
  }),
});
export type HeadLine = z.infer<typeof headLine>;

const entryLine = z.object({ entry });
const documentLine = z.object({ document: documentId, update: base64Url });
const endLine = z.object({
  end: z.object({ entries: z.number().int(), documents: z.number().int(), sha256: z.string() }),
  sig: z.string(),
});

export const laterLine = z.union([entryLine, documentLine, endLine]);
export type EntryLine = z.infer<typeof entryLine>;
export type DocumentLine = z.infer<typeof documentLine>;
export type EndLine = z.infer<typeof endLine>;

/** What the writer of a bundle signs. */
export const signedText = (team: string, sha256: string): string => `bundle:${team}:${sha256}`;
