import * as vscode from 'vscode';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { sentences } from '../../host/report.ts';
import { parentOf, type ModelNode } from './model-node.ts';
import { newestFirst } from './model-rows.ts';
import { ModelItems } from './model-items.ts';
import type { ModelsCache } from './models-cache.ts';
import type { ReviewCache, ShownReview, VersionRef } from './review-cache.ts';

const fewest = 20;
const further = 100;
const redrawMs = 150;
/** More would be a list of its own: the page of the model has them all. */
const mostThreads = 50;

/** The Models view: models, their versions, and below a version what its review consists of, top to bottom. */
export class ModelTree implements vscode.TreeDataProvider<ModelNode> {
  readonly #changed = new vscode.EventEmitter<ModelNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #models: ModelsCache;
  readonly #reviews: ReviewCache;
  readonly #items: ModelItems;
  readonly #nodes = new Map<string, ModelNode>();
  /** How many rows are shown below a model, or of models. */
  readonly #shown = new Map<string | null, number>();
  /** Older ones that were gone to. */
  readonly #visited = new Set<string>();
  readonly #waiting = new Map<string, ModelNode>();
  #names = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(models: ModelsCache, reviews: ReviewCache) {
    this.#models = models;
    this.#reviews = reviews;
    this.#items = new ModelItems(models, reviews);
    models.onDidChange(model => {
      reviews.forget(model);
      this.#soon(model === undefined ? undefined : [{ kind: 'model', model }]);
    });
    reviews.onDidChange(refs => this.#soon(refs.map(ref => ({ kind: 'version', ...ref }))));
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (!node) return this.#top();
    const model = 'model' in node && node.model !== null ? this.#models.get(node.model) : undefined;
    if (!model) return [];
    if (node.kind === 'model') return this.#ofModel(model);
    if (node.kind === 'version') return this.#ofVersion(node);
    if (node.kind === 'parts')
      return (this.#reviews.known(node)?.review.parts ?? []).map(({ part }) =>
        this.node({ ...refOf(node), kind: 'part', part }),
      );
    if (node.kind === 'threads')
      return (this.#reviews.known(node)?.threads ?? [])
        .slice(0, mostThreads)
        .map(({ threadId }) => this.node({ ...refOf(node), kind: 'thread', threadId }));
    return [];
  }

  getParent(node: ModelNode): ModelNode | undefined {
    const parent = parentOf(node);
    return parent ? this.node(parent) : undefined;
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    return this.#items.of(node, this.#hidden(node));
  }

  /** The row of a version, which is shown from now on, however old it is. */
  rowOf({ model, version }: VersionRef): ModelNode {
    const key = `${version} ${model}`;
    if (!this.#visited.has(key)) {
      this.#visited.add(key);
      this.#changed.fire([this.node({ kind: 'model', model })]);
    }
    return this.node({ kind: 'version', model, version });
  }

  showMore({ model }: { model: string | null }): void {
    this.#shown.set(model, this.#limit(model) + further);
    this.#changed.fire(model === null ? undefined : [this.node({ kind: 'model', model })]);
  }

  /** A review was changed here. */
  refresh({ model, version }: VersionRef): void {
    this.#reviews.forget(model);
    this.#soon([{ kind: 'version', model, version }]);
  }

  /** The same object for the same row, however often the view asks. */
  node<N extends ModelNode>(node: N): N {
    const key = JSON.stringify(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = this.#nodes.get(key) ?? node;
    this.#nodes.set(key, known);
    return known as N;
  }

  #top(): ModelNode[] {
    const all = this.#models.all;
    const rows = all.slice(0, this.#limit(null)).map(({ name }) => this.node({ kind: 'model', model: name }));
    return rows.length < all.length ? [...rows, this.node({ kind: 'more', model: null })] : rows;
  }

  #ofModel(model: RegisteredModel): ModelNode[] {
    const past = this.#models.past;
    const aliases = past
      ? past.state.aliases.filter(each => each.model === model.name)
      : model.aliases.filter(({ contested }) => contested);
    const versions = this.#versions(model);
    return [
      ...aliases.map(({ alias }) => this.node({ kind: 'alias', model: model.name, alias })),
      ...versions.map(version => this.node({ kind: 'version', model: model.name, version })),
      ...(versions.length < model.versions.length ? [this.node({ kind: 'more', model: model.name })] : []),
    ];
  }

  /** The newest, and older ones that something hangs on. */
  #versions(model: RegisteredModel): number[] {
    const held = new Set(model.aliases.flatMap(({ holder, claims }) => [holder, ...claims.map(c => c.versionId)]));
    return newestFirst(model)
      .filter(
        ({ version, versionId, requests }, index) =>
          index < this.#limit(model.name) ||
          held.has(versionId) ||
          requests.some(({ state }) => state === 'open') ||
          this.#visited.has(`${version} ${model.name}`),
      )
      .map(({ version }) => version);
  }

  async #ofVersion(node: VersionRef): Promise<ModelNode[]> {
    const ref = refOf(node);
    if (this.#models.past) return this.#said(ref);
    try {
      const shown = await this.#reviews.load(ref);
      return shown ? this.#ofReview(ref, shown) : [];
    } catch (error) {
      return [this.node({ ...ref, kind: 'problem', sentence: sentences(toErrorShape(error)) })];
    }
  }

  #ofReview(ref: VersionRef, { review, threads }: ShownReview): ModelNode[] {
    return [
      ...review.targets.map(({ alias }) => this.node({ ...ref, kind: 'need', alias })),
      ...this.#said(ref),
      this.node({ ...ref, kind: 'parts' }),
      ...(threads.length > 0 ? [this.node({ ...ref, kind: 'threads' })] : []),
    ];
  }

  /** Who is asked, and what was said; an answered request stands there as its answer. */
  #said(ref: VersionRef): ModelNode[] {
    const version = this.#models.get(ref.model)?.versions.find(known => known.version === ref.version);
    if (!version) return [];
    return [
      ...version.requests
        .filter(({ state }) => state !== 'answered')
        .map(({ person }) => this.node({ ...ref, kind: 'request', person })),
      ...version.approvals.map(({ device }) => this.node({ ...ref, kind: 'verdict', device })),
      ...version.remarks.slice(-10).map(({ device, at }) => this.node({ ...ref, kind: 'remark', device, at })),
    ];
  }

  #limit(model: string | null): number {
    return this.#shown.get(model) ?? (model === null ? further : fewest);
  }

  /** How many a row for more stands for. */
  #hidden(node: ModelNode): number {
    if (node.kind !== 'more') return 0;
    if (node.model === null) return this.#models.count - this.#limit(null);
    const model = this.#models.get(node.model);
    return model ? model.versions.length - this.#versions(model).length : 0;
  }

  /** Rows move only when models come or go. */
  #soon(nodes: ModelNode[] | undefined): void {
    for (const node of nodes ?? [{ kind: 'more', model: null } as const])
      this.#waiting.set(JSON.stringify(node), this.node(node));
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const names = JSON.stringify(this.#models.all.map(({ name }) => name));
      const rows = [...this.#waiting.values()];
      const everything = names !== this.#names || rows.some(({ kind }) => kind === 'more');
      this.#names = names;
      this.#waiting.clear();
      this.#changed.fire(everything ? undefined : rows);
    }, redrawMs);
  }
}

const refOf = ({ model, version }: VersionRef): VersionRef => ({ model, version });
