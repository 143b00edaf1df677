import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Project, ProjectFile, Template } from '@benchmate/shared/domain/project';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { ProjectFiles, projectFileName } from './folder.ts';
import type { ProjectPins, SharedProjects } from './ports.ts';
import { scaffold } from './scaffold.ts';
import type { ProjectsStore } from './store.ts';
import { readTemplates } from './templates.ts';

export interface ProjectsParts {
  store: ProjectsStore;
  clock: Clock;
  random: Random;
  announcer: Announcer<Project>;
  /** Folder that holds one folder per template. */
  templates: string;
  shared: SharedProjects;
  pins: ProjectPins;
}

/** A project that has a folder on this machine. */
export interface LocalProject {
  projectId: string;
  dir: string;
  file: ProjectFile;
}

/** The projects of this machine and of the team. */
export class ProjectsService {
  readonly announcer: Announcer<Project>;
  readonly #parts: ProjectsParts;
  readonly #files = new ProjectFiles();

  constructor(parts: ProjectsParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    const changed = (projectId: string) => {
      const project = this.#find(projectId);
      if (project) this.announcer.announce(project);
    };
    parts.pins.onChange(changed);
    parts.shared.onChange(changed);
  }

  templates(): Template[] {
    return readTemplates(this.#parts.templates).map(({ template }) => template);
  }

  /** Those with a folder here, last opened first; then those of teammates by name. */
  list(): Project[] {
    const local = this.locals();
    const here = new Set(local.map(({ projectId }) => projectId));
    const remote = this.#parts.shared
      .list()
      .filter(({ projectId }) => !here.has(projectId))
      .sort((a, b) => a.name.localeCompare(b.name));
    return [...local.map(known => this.#describe(known)), ...remote.map(known => this.#describeRemote(known))];
  }

  get(projectId: string): Project {
    const project = this.#find(projectId);
    if (project) return project;
    throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
  }

  /** Every project with a readable folder on this machine. */
  locals(): LocalProject[] {
    return this.#parts.store.list().flatMap(({ projectId, dir }) => {
      const file = this.#tryRead(dir);
      return file?.id === projectId ? [{ projectId, dir, file }] : [];
    });
  }

  /** Null when it has no folder on this machine. Throws BAD_REQUEST when its file cannot be read. */
  local(projectId: string): LocalProject | null {
    const dir = this.#parts.store.list().find(known => known.projectId === projectId)?.dir;
    const file = dir === undefined ? null : this.#files.read(dir);
    return dir !== undefined && file?.id === projectId ? { projectId, dir, file } : null;
  }

  /** The opened project whose root is this folder; null if there is none. */
  localAt(dir: string): LocalProject | null {
    const real = realDir(dir);
    return this.locals().find(project => project.dir === real) ?? null;
  }

  /** The project whose runs go to an experiment: its name. */
  ofExperiment(experimentName: string): LocalProject | null {
    return this.locals().find(({ file }) => file.name === experimentName) ?? null;
  }

  async create(input: { template: string; dir: string; name: string }): Promise<Project> {
    if (/[\p{Cc}\u2028\u2029]/u.test(input.name) || input.name.trim() !== input.name)
      throw new BenchmateError('BAD_REQUEST', 'A name is one line without spaces around it.', 'Choose another name.');
    const templates = readTemplates(this.#parts.templates);
    const found = templates.find(({ template }) => template.name === input.template);
    if (!found)
      throw new BenchmateError(
        'NOT_FOUND',
        `There is no template ${input.template}.`,
        `Choose one of: ${templates.map(({ template }) => template.name).join(', ')}.`,
      );
    const dir = await scaffold({
      source: found.dir,
      target: resolve(input.dir),
      markers: { name: input.name, id: projectIdFor(input.name, this.#parts.random), template: input.template },
    });
    return this.open(dir);
  }

  async open(input: string): Promise<Project> {
    const dir = realDir(input);
    const file = this.#files.read(dir);
    if (!file)
      throw new BenchmateError(
        'NOT_FOUND',
        `${dir} has no ${projectFileName}.`,
        'Make a project with `benchmate new`, or open another folder.',
      );
    await this.#parts.store.remember(file.id, dir, this.#parts.clock.now());
    this.#parts.shared.share({ projectId: file.id, name: file.name });
    const project = this.#describe({ projectId: file.id, dir, file });
    this.announcer.announce(project);
    return project;
  }

  async pinBaseline(projectId: string, runId: string | null): Promise<Project> {
    this.get(projectId);
    await this.#parts.pins.pinBaseline(projectId, runId);
    return this.get(projectId);
  }

  #find(projectId: string): Project | null {
    const local = this.local(projectId);
    if (local) return this.#describe(local);
    const remote = this.#parts.shared.list().find(known => known.projectId === projectId);
    return remote ? this.#describeRemote(remote) : null;
  }

  #tryRead(dir: string): ProjectFile | null {
    try {
      return this.#files.read(dir);
    } catch {
      return null; // one broken file must not hide the other projects
    }
  }

  #describe({ projectId, dir, file }: LocalProject): Project {
    return {
      projectId,
      name: file.name,
      dir,
      experimentName: file.name,
      primaryMetric: file.primaryMetric ?? null,
      directions: file.directions,
      card: file.card,
      params: file.params,
      model: file.model ?? null,
      baselineRunId: this.#parts.pins.baseline(projectId),
    };
  }

  #describeRemote({ projectId, name }: { projectId: string; name: string }): Project {
    return {
      projectId,
      name,
      dir: null,
      experimentName: name,
      primaryMetric: null,
      directions: {},
      card: 'MODEL_CARD.md',
      params: 'params.yaml',
      model: null,
      baselineRunId: this.#parts.pins.baseline(projectId),
    };
  }
}

/** One spelling per folder, so that links and `..` lead to the same project. */
function realDir(dir: string): string {
  try {
    return realpathSync.native(resolve(dir));
  } catch {
    throw new BenchmateError('NOT_FOUND', `There is no folder ${dir}.`, 'Check the path.');
  }
}

/** Readable, and different for every project: the name and 8 random digits. */
function projectIdFor(name: string, random: Random): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return [words, Buffer.from(random(4)).toString('hex')].filter(Boolean).join('-');
}
