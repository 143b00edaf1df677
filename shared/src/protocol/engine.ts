import { audit } from './audit.ts';
import { bundles } from './bundles.ts';
import { cards } from './cards.ts';
import type { Client } from './contract.ts';
import { drafts } from './drafts.ts';
import { fileReviews } from './file-reviews.ts';
import { inbox } from './inbox.ts';
import { direct } from './direct.ts';
import { folder } from './folder.ts';
import { encryption } from './encryption.ts';
import { jobs } from './jobs.ts';
import { joinByFile } from './join-by-file.ts';
import { links } from './links.ts';
import { metrics } from './metrics.ts';
import { modelFiles } from './model-files.ts';
import { modelReviews } from './model-reviews.ts';
import { notes } from './notes.ts';
import { params } from './params.ts';
import { presence } from './presence.ts';
import { projects } from './projects.ts';
import { registry } from './registry.ts';
import { reviews } from './reviews.ts';
import { runs } from './runs.ts';
import { sharedRuns } from './shared-runs.ts';
import { snapshot } from './snapshot.ts';
import { store } from './store.ts';
import { system } from './system.ts';
import { team } from './team.ts';
import { textSearch } from './text-search.ts';
import { webhooks } from './webhooks.ts';

/** Everything a client may ask the engine, by feature. Served as tRPC at `/rpc`. */
export const engineContract = {
  system,
  projects,
  runs,
  sharedRuns,
  metrics,
  jobs,
  registry,
  modelFiles,
  modelReviews,
  fileReviews,
  notes,
  drafts,
  encryption,
  reviews,
  team,
  store,
  bundles,
  folder,
  direct,
  joinByFile,
  snapshot,
  audit,
  webhooks,
  inbox,
  presence,
  textSearch,
  links,
  cards,
  params,
};
export type EngineContract = typeof engineContract;
export type EngineClient = Client<EngineContract>;
