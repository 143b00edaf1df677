import type { Migration } from '../migrate.ts';
import { projects } from './0001-projects.ts';
import { experiments } from './0002-experiments.ts';
import { runs } from './0003-runs.ts';
import { metrics } from './0004-metrics.ts';
import { loggedModels } from './0005-logged-models.ts';
import { jobs } from './0006-jobs.ts';
import { feedsAndDocuments } from './0007-feeds-and-documents.ts';
import { metricBlocks } from './0008-metric-blocks.ts';
import { deletionTime } from './0009-deletion-time.ts';
import { metricTiles } from './0010-metric-tiles.ts';
import { webhooks } from './0011-webhooks.ts';
import { forks } from './0012-forks.ts';
import { inbox } from './0013-inbox.ts';
import { sharedFolder } from './0014-shared-folder.ts';
import { directSharing } from './0015-direct-sharing.ts';
import { spokenCodes } from './0016-spoken-codes.ts';
import { textSearch } from './0017-text-search.ts';
import { reviewViewed } from './0018-review-viewed.ts';
import { sharedRuns } from './0019-shared-runs.ts';

/** In order. To add one: a file of its own, and its name here. */
export const migrations: readonly Migration[] = [
  projects,
  experiments,
  runs,
  metrics,
  loggedModels,
  jobs,
  feedsAndDocuments,
  metricBlocks,
  deletionTime,
  metricTiles,
  webhooks,
  forks,
  inbox,
  sharedFolder,
  directSharing,
  spokenCodes,
  textSearch,
  reviewViewed,
  sharedRuns,
];
