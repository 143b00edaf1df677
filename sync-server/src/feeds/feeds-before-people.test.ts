import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Member } from '@benchmate/shared/domain/team';
import { causalHistory } from '@benchmate/shared/facts/causal-order';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { Feeds } from '@benchmate/shared/facts/feeds';
import { registryOf, type Registry } from '@benchmate/shared/facts/registry';
import type { Invite } from '@benchmate/shared/facts/standing';

/** Histories and what was made of them before there were people with several devices, agents of members and changes of roles. */
interface Past {
  signed: boolean;
  teamId?: string;
  entries: HeldEntry[];
  told: Pick<Registry, 'models' | 'policies'> & {
    members: Omit<Member, 'person' | 'projects' | 'agentOf'>[];
    invites: Omit<Invite, 'as'>[];
    seen: Record<string, number>;
    refused: Record<string, string>;
  };
}

const pasts = readFileSync(new URL('./fixtures/feeds-before-people.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Past);

describe('feeds that were written before', () => {
  test.each(pasts)('are taken, and mean what they meant', ({ signed, teamId = '', entries, told }) => {
    if (signed) {
      const feeds = new Feeds(teamId);
      for (const { entry } of causalHistory(entries).ordered) expect(feeds.add(entry).kind).toBe('added');
    }
    const { models, policies, membership, refusalOf } = registryOf(entries);
    const { members, invites, seen } = membership;
    expect({ models: models.map(asToldThen), policies, seen }).toEqual({
      models: told.models,
      policies: told.policies,
      seen: told.seen,
    });
    expect(members).toMatchObject(told.members);
    expect(invites).toMatchObject(told.invites);
    const refused = entries.map(({ hash }) => [hash, refusalOf(hash)?.code] as const).filter(([, code]) => code);
    expect(Object.fromEntries(refused)).toEqual(told.refused);
    // Every device of before is a person of its own.
    expect(members.map(({ person }) => person)).toEqual(members.map(({ device }) => device));
  });
});

/** What models have besides since then, nobody could say at that time. */
function asToldThen({ versions, ...model }: RegisteredModel) {
  return {
    ...model,
    versions: versions.map(({ remarks, requests, ...version }) => {
      expect([remarks, requests]).toEqual([[], []]);
      return version;
    }),
  };
}
