import type { Finding } from '@benchmate/shared/domain/store-task';
import { entry as entrySchema } from '@benchmate/shared/facts/entry';
import { Feeds } from '@benchmate/shared/facts/feeds';
import { registryOf } from '@benchmate/shared/facts/registry';
import type { Sqlite } from '../../storage/database.ts';
import { restoreHint, type Checked } from './checked.ts';

/** Verifies every chain and signature again, and that the reducers make a state of the facts. */
export function checkFacts(db: Sqlite): Checked {
  const rows = db.prepare<[], { team: string; hash: string; json: string }>(
    'SELECT team, hash, json FROM feed_entry ORDER BY arrival',
  );
  const feeds = new Map<string, Feeds>();
  const findings: Finding[] = [];
  let looked = 0;
  for (const { team, hash, json } of rows.iterate()) {
    looked++;
    const ofTeam = feeds.get(team) ?? new Feeds(team);
    feeds.set(team, ofTeam);
    const what = wrongWith(ofTeam, json, hash);
    if (what)
      findings.push({ severity: 'error', what: `Fact ${looked} of team ${team.slice(0, 8)}: ${what}.`, nextStep });
  }
  for (const ofTeam of feeds.values()) registryOf(ofTeam.entries());
  return { looked, findings };
}

const nextStep = `Facts that teammates hold come back from the sync server. ${restoreHint}`;

function wrongWith(feeds: Feeds, json: string, hash: string): string | null {
  const parsed = entrySchema.safeParse(parse(json));
  if (!parsed.success) return 'it cannot be read';
  const added = feeds.add(parsed.data);
  if (added.kind === 'invalid') return added.reason.replace(/\.$/, '');
  if (added.kind !== 'added') return `it does not fit its feed (${added.kind})`;
  return added.held.hash === hash ? null : 'its hash is not the stored one';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
