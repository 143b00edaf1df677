import { z } from 'zod';

/** Something that does not hold in a record of signed entries. */
export const auditFinding = z.object({
  /**
   * `unreadable`: no entry can be read there. `signature`: not what the author signed. `label`: what stands beside an entry
   * (its place, hash or readable text) does not fit it. `spelling`: written in another way than it was kept. `order`: out of
   * its author's order. `missing`: entries are not there. `twice`: the same entry again. `fork`: a second entry under the
   * same number. `link`: it follows another entry than the one before it. `foreign`: of another team. `seal`: what the
   * exporting device signed does not fit the record.
   */
  kind: z.enum([
    'unreadable',
    'signature',
    'label',
    'spelling',
    'order',
    'missing',
    'twice',
    'fork',
    'link',
    'foreign',
    'seal',
  ]),
  /** Device whose feed it is in; null where nothing says. */
  author: z.string().nullable(),
  /** Name of the device's person as far as known, else the beginning of its key. */
  name: z.string(),
  /** The first entry concerned. */
  seq: z.number().int().nullable(),
  /** One sentence. */
  what: z.string(),
});
export type AuditFinding = z.infer<typeof auditFinding>;

/** What looking at a record of signed entries gave. */
export const auditReport = z.object({
  ok: z.boolean(),
  team: z.string(),
  teamName: z.string(),
  entries: z.number().int(),
  /** Where each feed ends: a later copy that ends earlier has lost something. */
  feeds: z.array(z.object({ device: z.string(), name: z.string(), entries: z.number().int(), head: z.string() })),
  findings: z.array(auditFinding),
  /** The device that signed where all feeds end; null without such a seal, and in a store. */
  sealedBy: z.object({ device: z.string(), name: z.string(), at: z.string() }).nullable(),
});
export type AuditReport = z.infer<typeof auditReport>;
