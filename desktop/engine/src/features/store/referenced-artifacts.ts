import { entry as entrySchema } from '@benchmate/shared/facts/entry';
import { Feeds } from '@benchmate/shared/facts/feeds';
import { registryOf } from '@benchmate/shared/facts/registry';
import type { Sqlite } from '../../storage/database.ts';
import { artifactPathOf } from '../artifacts/uri.ts';

/** Something that is of no use without its artifacts. */
export interface Referrer {
  /** In words: `version 3 of churn`. */
  name: string;
  /** Below the artifact folder. */
  path: string;
}

/** Registered versions and finished logged models whose artifacts this engine keeps. */
export function referencedArtifacts(db: Sqlite): Referrer[] {
  const models = db
    .prepare<[], { id: string; uri: string }>(
      `SELECT model_id AS id, artifact_uri AS uri FROM logged_model WHERE status = 'READY' AND lifecycle = 'active'`,
    )
    .all();
  const uris = new Map(models.map(({ id, uri }) => [id, uri]));
  const ofModels = models.map(({ id, uri }) => ({ name: `the logged model ${id}`, uri }));
  const ofVersions = versionsOf(db).flatMap(({ name, source, manifest }) =>
    // What the team's server has is not missing where it was never fetched.
    manifest ? [] : [{ name, uri: uris.get(modelIdOf(source)) ?? source }],
  );
  return [...ofModels, ...ofVersions].flatMap(({ name, uri }) => {
    const path = pathOf(uri);
    return path === null ? [] : [{ name, path }];
  });
}

/** Living versions of all teams: what they were made from, and the list of the files that the team's server has. */
export function versionsOf(
  db: Sqlite,
): { name: string; source: string; runId: string | null; manifest: string | null }[] {
  const rows = db
    .prepare<[], { team: string; json: string }>('SELECT team, json FROM feed_entry ORDER BY arrival')
    .all();
  return [...Map.groupBy(rows, ({ team }) => team)].flatMap(([team, entries]) => {
    const feeds = new Feeds(team);
    feeds.restore(entries.map(({ json }) => entrySchema.parse(JSON.parse(json))));
    return registryOf(feeds.entries()).models.flatMap(({ name, versions }) =>
      versions.map(({ version, source, runId, files }) => ({
        name: `version ${version} of ${name}`,
        source,
        runId,
        manifest: files?.manifest ?? null,
      })),
    );
  });
}

/** `models:/m-…` names a logged model. */
export const modelIdOf = (source: string): string => /^models:\/(m-[\w-]+)$/.exec(source)?.[1] ?? '';

function pathOf(uri: string): string | null {
  try {
    return artifactPathOf(uri).join('/');
  } catch {
    return null; // kept somewhere else
  }
}
