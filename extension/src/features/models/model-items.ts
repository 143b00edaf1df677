import * as vscode from 'vscode';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import { aliasThenWords } from './as-of-rows.ts';
import type { ModelNode } from './model-node.ts';
import {
  contestedWords,
  modelWords,
  needWords,
  oneLine,
  partsWords,
  partWords,
  personOf,
  requestWords,
  verdictWords,
  versionWords,
  type RowWords,
} from './model-rows.ts';
import type { ModelsCache } from './models-cache.ts';
import type { ReviewCache, VersionRef } from './review-cache.ts';

type Of<K extends ModelNode['kind']> = Extract<ModelNode, { kind: K }>;

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** The rows of the Models view as the editor draws them. */
export class ModelItems {
  readonly #models: ModelsCache;
  readonly #reviews: ReviewCache;

  constructor(models: ModelsCache, reviews: ReviewCache) {
    this.#models = models;
    this.#reviews = reviews;
  }

  /** `hidden`: how many a row for more stands for. */
  of(node: ModelNode, hidden: number): vscode.TreeItem {
    const item = this.#item(node, hidden) ?? new vscode.TreeItem('Gone');
    item.id = `models.${this.#models.past?.at ?? ''}.${JSON.stringify(node)}`;
    return item;
  }

  #item(node: ModelNode, hidden: number): vscode.TreeItem | undefined {
    switch (node.kind) {
      case 'more':
        return moreItem(node, hidden);
      case 'problem':
        return row(node.sentence, { description: '', icon: 'error', spoken: node.sentence });
      case 'parts':
      case 'part':
      case 'threads':
      case 'thread':
      case 'need':
        return this.#ofReview(node);
      default:
        return this.#ofModel(node);
    }
  }

  #ofModel(node: Of<'model' | 'alias' | 'version' | 'request' | 'verdict' | 'remark'>): vscode.TreeItem | undefined {
    const model = this.#models.get(node.model);
    if (!model) return undefined;
    if (node.kind === 'model') {
      const few = this.#models.count <= 3;
      return row(model.name, modelWords(model), few ? Expanded : Collapsed);
    }
    if (node.kind === 'alias') return this.#aliasItem(model, node);
    const version = model.versions.find(known => known.version === node.version);
    if (!version) return undefined;
    if (node.kind === 'version') return this.#versionItem(model, version);
    return this.#saidItem(version, node);
  }

  #aliasItem(model: RegisteredModel, node: Of<'alias'>): vscode.TreeItem | undefined {
    const then = this.#models.past?.state.aliases.find(each => each.model === model.name && each.alias === node.alias);
    if (then) {
      const words = aliasThenWords(then);
      const item = row(words.label, words);
      item.tooltip = [words.label, ...words.lines].join('\n');
      return item;
    }
    const alias = model.aliases.find(known => known.alias === node.alias);
    if (!alias) return undefined;
    const sentence = contestedWords(model, alias);
    const spoken = `${sentence}. Choose a version.`;
    const item = row(sentence, { description: '', icon: 'warning', color: 'list.warningForeground', spoken });
    item.contextValue = 'contested';
    item.tooltip = `${sentence}\nUntil one is chosen, nobody else can promote to ${node.alias}.`;
    item.command = { command: 'benchmate.resolveContested', title: 'Choose a Version', arguments: [node] };
    return item;
  }

  #versionItem(model: RegisteredModel, version: ModelVersion): vscode.TreeItem {
    const { around, past } = this.#models;
    const item = row(`v${version.version}`, versionWords(model, version, around), Collapsed);
    const isAsked = version.requests.some(({ person, state }) => state === 'open' && person === around.me);
    const isMine = personOf(version.registeredBy.device, around.members) === around.me;
    if (!past) item.contextValue = ['version', isAsked ? 'asked' : '', isMine ? 'own' : ''].filter(Boolean).join('.');
    item.tooltip = [
      `${model.name} v${version.version}`,
      `registered by ${version.registeredBy.name}, ${new Date(version.at).toLocaleString()}`,
      ...(version.stage === 'None' ? [] : [`stage ${version.stage}`]),
    ].join('\n');
    return item;
  }

  #saidItem(version: ModelVersion, node: Of<'request' | 'verdict' | 'remark'>): vscode.TreeItem | undefined {
    const { me, members } = this.#models.around;
    if (node.kind === 'request') {
      const request = version.requests.find(({ person }) => person === node.person);
      if (!request) return undefined;
      const item = said(request.person === me ? 'You' : request.name, requestWords(request, me), request);
      const byMe = personOf(request.by.device, members) === me;
      if (request.state === 'open' && !this.#models.past)
        item.contextValue = request.person === me ? 'request.mine' : byMe ? 'request.byMe' : 'request';
      return item;
    }
    if (node.kind === 'verdict') {
      const approval = version.approvals.find(({ device }) => device === node.device);
      if (!approval) return undefined;
      const item = said(approval.name, verdictWords(approval), approval);
      if (personOf(approval.device, members) !== me && !this.#models.past) item.contextValue = 'verdict';
      return item;
    }
    const remark = version.remarks.find(({ device, at }) => device === node.device && at === node.at);
    if (!remark) return undefined;
    const description = oneLine(remark.comment);
    return said(
      remark.name,
      { description, icon: 'comment', spoken: `${remark.name} commented: ${description}` },
      remark,
    );
  }

  #ofReview(node: Of<'parts' | 'part' | 'threads' | 'thread' | 'need'>): vscode.TreeItem | undefined {
    const shown = this.#reviews.known(node);
    if (!shown) return undefined;
    const { review, threads } = shown;
    const since = review.lastReviewed?.version;
    switch (node.kind) {
      case 'need': {
        const target = review.targets.find(({ alias }) => alias === node.alias);
        if (!target) return undefined;
        const { sentence, icon } = needWords(target);
        const item = row(sentence, { description: '', icon, spoken: sentence });
        item.tooltip = sentence;
        return item;
      }
      case 'parts': {
        const description = partsWords(review.parts, since);
        return row('To look at', { description, icon: 'checklist', spoken: `To look at, ${description}` }, Expanded);
      }
      case 'part':
        return this.#partItem(node, since);
      case 'threads': {
        const description = String(threads.length);
        const spoken = `${description} open ${threads.length === 1 ? 'thread' : 'threads'}`;
        return row('Open threads', { description, icon: 'comment-discussion', spoken }, Collapsed);
      }
      case 'thread': {
        const thread = threads.find(({ threadId }) => threadId === node.threadId);
        if (!thread) return undefined;
        const [first] = thread.comments;
        const body = oneLine(first?.body ?? '');
        const about = `${first?.author.name ?? 'Somebody'} · ${threadPlace(thread)}`;
        const item = row(body || 'Empty', { description: about, icon: 'comment', spoken: `${about}: ${body}` });
        item.tooltip = thread.comments.map(({ author, body: text }) => `${author.name}: ${text}`).join('\n\n');
        item.command = { command: 'benchmate.openVersionThread', title: 'Open Thread', arguments: [node] };
        return item;
      }
    }
  }

  #partItem(node: Of<'part'>, since: number | undefined): vscode.TreeItem | undefined {
    const part = this.#reviews.known(node)?.review.parts.find(known => known.part === node.part);
    if (!part) return undefined;
    const words = partWords(part, since);
    const item = row(part.label, words);
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    item.checkboxState = {
      state: part.viewed ? Checked : Unchecked,
      tooltip: part.viewed ? 'Viewed: only you see this mark' : 'Mark as viewed: only you see the mark',
      accessibilityInformation: { label: words.spoken, role: 'checkbox' },
    };
    item.contextValue = 'part';
    item.tooltip = [part.label, words.description].filter(Boolean).join('\n');
    item.command = { command: 'benchmate.openReviewPart', title: 'Open Changes', arguments: [node] };
    return item;
  }
}

function moreItem(node: Of<'more'>, hidden: number): vscode.TreeItem {
  const what = node.model === null ? 'models' : 'older versions';
  const description = `${hidden.toLocaleString('en')} ${what}`;
  const item = row('Show More', { description, icon: 'ellipsis', spoken: `Show more of ${description}` });
  item.accessibilityInformation = { label: `Show more of ${description}`, role: 'button' };
  item.command = { command: 'benchmate.showMoreVersions', title: 'Show More', arguments: [node] };
  return item;
}

/** What somebody said, with when, and the whole of it in the tooltip. */
function said(name: string, words: RowWords, { at, comment }: { at: string; comment: string }): vscode.TreeItem {
  const when = formatRelativeTime(Date.parse(at), Date.now());
  const item = row(name, { ...words, spoken: `${words.spoken}, ${when}` });
  item.tooltip = [words.spoken, new Date(at).toLocaleString(), comment].filter(Boolean).join('\n');
  return item;
}

function row(label: string, { description, icon, color, spoken }: RowWords, state = None): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.accessibilityInformation = { label: spoken };
  return item;
}

export const isVersion = (node: unknown): node is VersionRef =>
  typeof node === 'object' && node !== null && 'model' in node && 'version' in node && typeof node.version === 'number';
