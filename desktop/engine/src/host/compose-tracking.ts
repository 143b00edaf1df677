import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { maxArtifactBytes } from '../features/artifacts/limit.ts';
import { MultipartUploads } from '../features/artifacts/multipart.ts';
import { ArtifactsService } from '../features/artifacts/service.ts';
import { ExperimentsService } from '../features/experiments/service.ts';
import { projectsForJobs } from '../features/jobs/project-source.ts';
import { JobsService } from '../features/jobs/service.ts';
import { LoggedModelsService } from '../features/logged-models/service.ts';
import { MetricsService } from '../features/metrics/service.ts';
import { ModelFilePlaces } from '../features/model-files/places.ts';
import { ModelFilesService } from '../features/model-files/service.ts';
import type { ProjectsService } from '../features/projects/service.ts';
import { RunsService } from '../features/runs/service.ts';
import { shareAutomatically } from '../features/shared-runs/automatic.ts';
import { SharedRunsService } from '../features/shared-runs/service.ts';
import { ReceivedRunsStore } from '../features/shared-runs/store.ts';
import { LongAnswers } from '../mlflow/long-answers.ts';
import { registerMlflowRoutes } from '../mlflow/register.ts';
import { mlflowReadsOf, type EngineReads } from '../reader/reads.ts';
import { ReaderPool } from '../storage/reader-pool.ts';
import type { composeTeam } from './compose-team.ts';
import { endRunsOfJobs } from './end-runs-of-jobs.ts';
import type { Host } from './host.ts';

type TeamParts = Awaited<ReturnType<typeof composeTeam>>;

/** Runs and their metrics, the jobs that make them, and MLflow's REST API over both. */
export async function composeTracking(
  host: Host,
  app: FastifyInstance,
  projects: ProjectsService,
  { team, registry, shared, hub, ring, storedDocuments, current, sync }: TeamParts,
) {
  const { store, clock, random, log, resources } = host;

  // ── runs and metrics
  const experiments = new ExperimentsService({ store, clock });
  const reader = new ReaderPool<EngineReads>({ program: resources.reader, file: store.db.name });
  host.onStop(() => reader.close());
  const metrics = new MetricsService({
    store,
    clock,
    epoch: host.epoch,
    reader,
    failed: error => log.warn(error, 'metrics could not be compacted'),
  });
  const received = new Set(new ReceivedRunsStore(store).ids());
  const runs = new RunsService({
    received,
    store,
    clock,
    random,
    epoch: host.epoch,
    experiments,
    metrics,
    reader,
    projectOfExperiment: name => projects.ofExperiment(name)?.projectId ?? null,
    projectOfJob: jobId => jobs.projectOf(jobId),
  });
  host.lifetime.stayWhile('runs', () => runs.isBusy());
  const sharedRuns = new SharedRunsService({
    store,
    hub,
    current,
    ring,
    clock,
    random,
    runs,
    metrics,
    received,
    stored: storedDocuments,
    projects: shared,
    author: projectId => team.author(projectId),
    registrants: runId =>
      registry
        .list()
        .flatMap(({ versions }) => versions.filter(version => version.runId === runId))
        .sort((a, b) => (a.at < b.at ? -1 : 1))
        .map(({ registeredBy }) => registeredBy.device),
    warn: sentence => log.warn(sentence),
  });

  shareAutomatically({
    runs,
    sharedRuns,
    sharing: () =>
      new Set(projects.locals().flatMap(({ projectId, file }) => (file.shareRuns === 'finished' ? projectId : []))),
    baseline: projectId => shared.baseline(projectId),
    onBaseline: listener => shared.onChange(listener),
  });

  // ── jobs
  const jobs = new JobsService({
    store,
    clock,
    epoch: host.epoch,
    dataDir: host.dataDir,
    supervisorMain: resources.supervisor,
    projects: projectsForJobs(projects),
    runs: { runsOfJob: jobId => runs.ofJob(jobId) },
    trackingUri: () => host.url,
    failed: error => log.warn(error, 'a round of the job queue failed'),
  });
  host.verifiers.push(token => jobs.identify(token));
  host.lifetime.stayWhile('jobs', () => jobs.isBusy());
  host.onStop(() => jobs.close());
  host.onStop(endRunsOfJobs(jobs, runs, error => log.warn(error, 'the runs of a job could not be ended')));
  void jobs.start().catch(error => log.error(error, 'jobs could not be taken up'));

  // ── MLflow's REST API
  const loggedModels = new LoggedModelsService({ store, clock, random, experiments });
  const artifacts = new ArtifactsService(join(host.dataDir, 'artifacts'), maxArtifactBytes(process.env));
  const uploads = new MultipartUploads({ artifacts, clock, random });
  const places = new ModelFilePlaces({ dataDir: host.dataDir, artifacts, runs, loggedModels });
  const modelFiles = new ModelFilesService({ registry, artifacts, places, current, sync, clock, random });
  host.lifetime.stayWhile('model files', () => modelFiles.isBusy());
  host.onStop(() => modelFiles.close());
  const long = new LongAnswers({ here: mlflowReadsOf(store.db), reader, runs, metrics });
  await registerMlflowRoutes(app, {
    clock,
    experiments,
    runs,
    metrics,
    long,
    loggedModels,
    artifacts,
    uploads,
    registry,
    places,
  });

  return { runs, sharedRuns, metrics, jobs, modelFiles, reader };
}
