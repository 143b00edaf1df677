import type { FastifyInstance } from 'fastify';
import { replaceFile } from '@benchmate/shared/node/replace-file';
import { engineContract } from '@benchmate/shared/protocol/engine';
import { protocolVersion } from '@benchmate/shared/protocol/system';
import { auditHandlers } from '../features/audit/handlers.ts';
import { AuditService } from '../features/audit/service.ts';
import { EntryRows } from '../features/audit/store.ts';
import { bundlesHandlers } from '../features/bundles/handlers.ts';
import { cardsHandlers } from '../features/cards/handlers.ts';
import { CardsService } from '../features/cards/service.ts';
import { directHandlers } from '../features/direct/handlers.ts';
import { folderHandlers } from '../features/folder/handlers.ts';
import { joinByFileHandlers } from '../features/join-by-file/handlers.ts';
import { draftsHandlers } from '../features/drafts/handlers.ts';
import { encryptionHandlers } from '../features/encryption/handlers.ts';
import { inboxHandlers } from '../features/inbox/handlers.ts';
import { fileReviewsHandlers } from '../features/file-reviews/handlers.ts';
import { FileReviewsService } from '../features/file-reviews/service.ts';
import { InboxService } from '../features/inbox/service.ts';
import { InboxStore } from '../features/inbox/store.ts';
import { OrphanedThreads } from '../features/inbox/orphans.ts';
import { webhookItems } from '../features/inbox/webhook-items.ts';
import { jobsHandlers } from '../features/jobs/handlers.ts';
import { linksHandlers } from '../features/links/handlers.ts';
import { projectText } from '../features/links/project-text.ts';
import { LinksService } from '../features/links/service.ts';
import { metricsHandlers } from '../features/metrics/handlers.ts';
import { modelFilesHandlers } from '../features/model-files/handlers.ts';
import { ViewedStore } from '../features/model-reviews/store.ts';
import { modelReviewsHandlers } from '../features/model-reviews/handlers.ts';
import { ReviewerRules } from '../features/model-reviews/reviewer-rules.ts';
import { ModelReviewsService } from '../features/model-reviews/service.ts';
import { notesHandlers } from '../features/notes/handlers.ts';
import { PythonEnvironments } from '../features/projects/environment.ts';
import { paramsHandlers } from '../features/params/handlers.ts';
import { ParamsService } from '../features/params/service.ts';
import { presenceHandlers } from '../features/presence/handlers.ts';
import { PresenceService } from '../features/presence/service.ts';
import { PresenceStore } from '../features/presence/store.ts';
import { projectsHandlers } from '../features/projects/handlers.ts';
import { readProjectCard } from '../features/projects/project-card.ts';
import { ProjectsService } from '../features/projects/service.ts';
import { ProjectsStore } from '../features/projects/store.ts';
import { registryHandlers } from '../features/registry/handlers.ts';
import { isProjectPath } from '../features/reviews/project-path.ts';
import { reviewsHandlers } from '../features/reviews/handlers.ts';
import { readProjectFile } from '../features/reviews/project-files.ts';
import { Suggestions } from '../features/reviews/suggestions.ts';
import { ThreadFinder } from '../features/reviews/thread-finder.ts';
import { ThreadPlaces } from '../features/reviews/thread-places.ts';
import { runsHandlers, toRun } from '../features/runs/handlers.ts';
import { sharedRunsHandlers } from '../features/shared-runs/handlers.ts';
import { snapshotHandlers } from '../features/snapshot/handlers.ts';
import { storeHandlers } from '../features/store/handlers.ts';
import { systemHandlers } from '../features/system/handlers.ts';
import { SystemService } from '../features/system/service.ts';
import { teamHandlers } from '../features/team/handlers.ts';
import { textSearchHandlers } from '../features/text-search/handlers.ts';
import { TextIndexer } from '../features/text-search/indexer.ts';
import { TextStore } from '../features/text-search/store.ts';
import { TextSearchService } from '../features/text-search/service.ts';
import { webhooksHandlers } from '../features/webhooks/handlers.ts';
import { systemNetwork } from '../features/webhooks/post.ts';
import { WebhooksService } from '../features/webhooks/service.ts';
import type { EngineHandlers } from '../rpc/handlers.ts';
import { createRouter } from '../rpc/router.ts';
import { registerRpcRoutes } from '../rpc/serve.ts';
import { schemaVersion } from '../storage/migrate.ts';
import { Announcer } from './announcer.ts';
import { registerCompanionRoutes } from './companion-routes.ts';
import type { CompanionSessions } from './companion-session.ts';
import { composeTeam } from './compose-team.ts';
import { composeTracking } from './compose-tracking.ts';
import { composeUpkeep } from './compose-upkeep.ts';
import type { Host } from './host.ts';
import type { Identity } from './security.ts';
import { engineVersion } from './version.ts';

/**
 * Builds every feature and joins it to HTTP and RPC; `compose-*.ts` beside it build what belongs together. To add a feature, build its
 * service from what it uses in its place below, register its routes and sockets if it has any of its own, and name its
 * handlers at the end. What must end goes to `host.onStop`, what keeps the engine alive to `host.lifetime.stayWhile`.
 */
export async function compose(
  host: Host,
  app: FastifyInstance,
  sessions: CompanionSessions,
  identifyToken: (token: string) => Identity | null,
): Promise<void> {
  const { store, clock, random, log, resources, sockets } = host;
  const announcer = <T>() => new Announcer<T>(host.epoch);

  // ── system
  const system = new SystemService({
    info: {
      version: engineVersion,
      protocolVersion,
      schemaVersion,
      pid: process.pid,
      dataDir: host.dataDir,
      startedAt: host.startedAt,
      url: host.url,
    },
    issueCode: () => sessions.issueCode(),
    connectedClients: () => sockets.count,
    stopSoon: host.stopSoon,
  });

  // ── team, documents and feeds (replication): before the features that share something
  const parts = await composeTeam(host);
  const {
    team,
    registry,
    notes,
    reviews,
    drafts,
    encryption,
    shared,
    hub,
    current,
    sync,
    folder,
    direct,
    bundles,
    joinByFile,
    sharing,
    makeSnapshot,
  } = parts;

  // ── who looks at what
  const presence = new PresenceService({
    hub,
    current,
    clock,
    settings: new PresenceStore(store),
    announcer: announcer(),
  });
  host.onStop(() => presence.close());

  // ── projects
  const environments = new PythonEnvironments();
  host.onStop(() => environments.stop());
  const projects = new ProjectsService({
    store: new ProjectsStore(store),
    clock,
    random,
    announcer: announcer(),
    templates: resources.templates,
    shared,
    pins: shared,
  });
  const shareProjects = () => {
    for (const { projectId, file } of projects.locals()) shared.share({ projectId, name: file.name });
  };
  shareProjects();
  current.onSwitch(shareProjects);

  const snapshot = makeSnapshot({
    folderOf: projectId => projects.local(projectId)?.dir ?? null,
    automatic: () =>
      projects.locals().flatMap(({ projectId, file }) => (file.snapshot === 'automatic' ? [projectId] : [])),
  });

  // ── runs, jobs and what MLflow's clients call
  const { runs, sharedRuns, metrics, jobs, modelFiles, reader } = await composeTracking(host, app, projects, parts);

  // ── a version carries the card that its project had when it was registered
  const cardOfRun = async (runId: string): Promise<string> => {
    const projectId = runs.many([runId])[0]?.projectId;
    const project = projectId ? projects.local(projectId) : null;
    return project ? readProjectCard(project) : '';
  };

  // ── who is told what happens
  const webhooks = new WebhooksService({
    store,
    clock,
    random,
    epoch: host.epoch,
    current,
    network: systemNetwork,
    engineVersion,
    failed: error => log.warn(error, 'events could not be told'),
  });
  current.onEntries(() => webhooks.happened());
  runs.changes.announcer.listen(() => webhooks.happened());
  jobs.changes.listen(() => webhooks.happened());
  host.lifetime.stayWhile('webhooks', () => webhooks.isBusy());
  host.onStop(() => webhooks.close());
  void webhooks.start().catch(error => log.error(error, 'webhooks could not be taken up'));

  // ── where threads stand in the folders of projects
  const finder = new ThreadFinder();
  const threadPlaces = new ThreadPlaces({
    threads: projectId => reviews.threads({ projectId }),
    folderOf: projectId => projects.local(projectId)?.dir ?? null,
    finder,
  });

  // ── search in what people wrote
  const texts = new TextStore(store);
  const indexer = new TextIndexer({
    store,
    hub,
    texts,
    clock,
    failed: error => log.warn(error, 'the index of notes and comments could not be brought up to date'),
  });
  host.onStop(() => indexer.close());
  indexer.start();
  const textSearch = new TextSearchService({
    current,
    indexer,
    texts,
    read: query => reader.read('text.find', query),
  });
  const links = new LinksService({
    run: async idBegin => toRun(await runs.read(runs.findId(idBegin))),
    models: () => registry.list(),
    notes: () => notes.heads(),
    readFile: async (projectId, path) => {
      const dir = projects.local(projectId)?.dir;
      return dir !== undefined && isProjectPath(path) ? projectText(dir, path) : null;
    },
  });

  const recentRuns = async (projectId: string, limit: number) =>
    (await runs.list({ projectId, search: '', after: null, limit })).runs.map(toRun);
  const params = new ParamsService({
    project: projectId => projects.get(projectId),
    run: async runId => (runs.many([runId]).length === 0 ? undefined : toRun(await runs.read(runId))),
    recentRuns,
  });
  const cards = new CardsService({
    recentRuns,
    runsMeant: text => runs.many(runs.idsMeant(text)).map(toRun),
    sectionsOf: projectId => projects.local(projectId)?.file.cardSections,
    directionsOf: projectId => projects.get(projectId).directions,
  });

  const modelReviews = new ModelReviewsService({
    store,
    viewed: new ViewedStore(store),
    current,
    clock,
    projects: () => projects.list(),
    threads: projectId => reviews.threads({ projectId }),
    drafts,
    shareRuns: runIds => sharedRuns.shareOwn(runIds),
  });

  const fileReviews = new FileReviewsService({
    current,
    clock,
    folderOf: projectId => projects.local(projectId)?.dir ?? null,
    drafts,
  });

  const reviewerRules = new ReviewerRules({
    registry: () => current.replica.registry,
    files: () =>
      Promise.all(
        projects.locals().map(async ({ projectId, dir, file }) => {
          const read = await readProjectFile(dir, 'REVIEWERS');
          return { projectId, name: file.name, text: read?.text ?? null };
        }),
      ),
    compare: rules => modelReviews.compareRequired(rules),
  });

  // ── what waits for this person
  const inbox = new InboxService({
    store,
    dismissals: new InboxStore(store),
    orphans: new OrphanedThreads(projectId => reviews.threads({ projectId }), finder),
    clock,
    announcer: announcer(),
    current,
    sync,
    sharing,
    threads: projectId => reviews.threads({ projectId }),
    onThread: listener => reviews.announcer.listen(listener),
    projects: () =>
      projects
        .locals()
        .map(({ projectId, dir, file }) => ({ projectId, dir, name: file.name, model: file.model ?? null })),
    mentions: { of: handles => textSearch.mentionsOf(handles), onChange: listener => indexer.onIndexed(listener) },
    webhooks: () => webhookItems(webhooks.list()),
    failed: error => log.warn(error, 'what waits for this person could not be looked up'),
  });
  host.onStop(() => inbox.close());

  const upkeep = composeUpkeep(host, metrics);

  // ── everything above is served
  const handlers: EngineHandlers = {
    system: systemHandlers(system),
    projects: projectsHandlers(projects, environments),
    runs: runsHandlers(runs),
    sharedRuns: sharedRunsHandlers(sharedRuns),
    metrics: metricsHandlers(metrics),
    jobs: jobsHandlers(jobs),
    registry: registryHandlers(registry, cardOfRun),
    modelFiles: modelFilesHandlers(modelFiles),
    modelReviews: modelReviewsHandlers(modelReviews, reviewerRules),
    fileReviews: fileReviewsHandlers(fileReviews),
    notes: notesHandlers(notes),
    drafts: draftsHandlers(drafts),
    encryption: encryptionHandlers(encryption),
    reviews: reviewsHandlers(reviews, threadPlaces, new Suggestions({ reviews, places: threadPlaces, replaceFile })),
    team: teamHandlers(team),
    store: storeHandlers(upkeep),
    bundles: bundlesHandlers(bundles),
    folder: folderHandlers(folder, sync),
    direct: directHandlers(direct),
    joinByFile: joinByFileHandlers(joinByFile),
    snapshot: snapshotHandlers(snapshot),
    audit: auditHandlers(new AuditService({ current, clock, rows: new EntryRows(store.db) })),
    webhooks: webhooksHandlers(webhooks),
    inbox: inboxHandlers(inbox),
    presence: presenceHandlers(presence),
    textSearch: textSearchHandlers(textSearch),
    links: linksHandlers(links, textSearch),
    cards: cardsHandlers(cards),
    params: paramsHandlers(params),
  };
  const router = createRouter(engineContract, handlers);
  registerRpcRoutes(app, { router, sockets, identifyToken, log });
  await registerCompanionRoutes(app, { folder: resources.companion, sessions, port: () => host.port });
}
