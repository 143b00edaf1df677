import type { Draft } from '@benchmate/shared/domain/draft';
import type { ModelReview, ReviewPart, ReviewVerdict } from '@benchmate/shared/domain/model-review';
import type { Project } from '@benchmate/shared/domain/project';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import type { ReviewerRule } from '@benchmate/shared/domain/reviewer-rules';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { checkFact } from '@benchmate/shared/facts/check-fact';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { Registry } from '@benchmate/shared/facts/registry';
import type { Clock } from '../../host/clock.ts';
import type { VersionRef } from '../../mlflow/registry-port.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import type { Store } from '../../storage/database.ts';
import { findModel, findVersion } from '../registry/find.ts';
import { lastReviewed } from './last-reviewed.ts';
import { partsOf } from './parts.ts';
import { answerable, mayJudge, namesOf, personCalled } from './people.ts';
import type { ViewedStore } from './store.ts';
import { lackingReviewers, targetsOf } from './targets.ts';

interface NamedRule {
  pattern: string;
  people: string[][];
}

export interface ModelReviewsParts {
  store: Pick<Store, 'write'>;
  viewed: Pick<ViewedStore, keyof ViewedStore>;
  current: CurrentTeam;
  clock: Clock;
  projects: () => readonly Project[];
  threads: (projectId: string) => Thread[];
  /** Gives those who are asked the numbers that this device has of the runs. */
  shareRuns: (runIds: readonly string[]) => Promise<void>;
  drafts: { list: (projectId: string) => Draft[]; publish: (draftId: string) => Promise<unknown> };
}

/**
 * Reviews of model versions, like those of a pull request. Requests, verdicts and whose approval is required are signed facts;
 * comments are threads; what was looked at stays on this device.
 */
export class ModelReviewsService {
  readonly #parts: ModelReviewsParts;
  readonly #viewed: ModelReviewsParts['viewed'];

  constructor(parts: ModelReviewsParts) {
    this.#parts = parts;
    this.#viewed = parts.viewed;
  }

  show(ref: VersionRef): ModelReview {
    const registry = this.#registry;
    const model = findModel(registry, ref.model);
    const version = findVersion(registry, ref);
    const last = lastReviewed(model, version, device => answerable(device, registry.membership.members) === this.#me);
    const project = this.#parts.projects().find(known => known.model === model.name);
    const threads = project ? this.#parts.threads(project.projectId) : [];
    return {
      model: model.name,
      version,
      targets: targetsOf(registry, model, version),
      lastReviewed: last && { version: last.version.version, verdict: last.verdict, at: last.at },
      parts: this.#partsOf(version, last?.version ?? null),
      projectId: project?.projectId ?? null,
      drafts: this.#drafts(project?.projectId).map(draft => ({ draftId: draft.draftId, label: labelOf(draft) })),
      openThreads: threads
        .filter(({ resolved, anchor }) => !resolved && isAbout(anchor, version))
        .map(({ threadId }) => threadId),
      refusal: this.#refusal(verdictFact(version, 'approve', '')),
    };
  }

  async request({ people, comment, ...ref }: VersionRef & { people: string[]; comment: string }): Promise<ModelReview> {
    await this.#state(registry => {
      const version = findVersion(registry, ref);
      const { members } = registry.membership;
      const asked = people.length > 0 ? people.map(name => personCalled(name, members)) : lacking(registry, version);
      const unable = asked.find(person => !mayJudge(person, ref.model, members));
      if (unable !== undefined)
        throw new BenchmateError(
          'FORBIDDEN',
          `${namesOf(members)(unable)} may give no verdict on ${ref.model}.`,
          'Ask a reviewer, or an owner to make them one.',
        );
      return { kind: 'review.requested', model: ref.model, versionId: version.versionId, people: asked, comment };
    });
    await this.#parts.shareRuns(runsBehind(this.#registry, ref));
    return this.show(ref);
  }

  async withdraw({
    people,
    comment,
    ...ref
  }: VersionRef & { people: string[]; comment: string }): Promise<ModelReview> {
    await this.#state(registry => ({
      kind: 'review.withdrawn',
      model: ref.model,
      versionId: findVersion(registry, ref).versionId,
      people: people.map(name => personCalled(name, registry.membership.members)),
      comment,
    }));
    return this.show(ref);
  }

  /** A verdict that would not count publishes nothing. */
  async submit(
    given: VersionRef & { verdict: ReviewVerdict; comment: string; drafts: string[] },
  ): Promise<ModelReview> {
    const { verdict, comment, drafts } = given;
    if (verdict === 'comment' && comment.trim() === '' && drafts.length === 0)
      throw new BenchmateError('BAD_REQUEST', 'The review says nothing.', 'Write a comment, or vote.');
    const problem = this.#problem(verdictFact(findVersion(this.#registry, given), verdict, comment));
    if (problem) throw problem;
    for (const draftId of drafts) await this.#parts.drafts.publish(draftId);
    await this.#state(registry => verdictFact(findVersion(registry, given), verdict, comment));
    return this.show(given);
  }

  async setViewed({ part, viewed, ...ref }: VersionRef & { part: string; viewed: boolean }): Promise<ReviewPart> {
    const { store, clock, current } = this.#parts;
    const found = partsOf(findVersion(this.#registry, ref)).find(known => known.part === part);
    if (!found)
      throw new BenchmateError('NOT_FOUND', `${ref.model} v${ref.version} has no part ${part}.`, 'Look at the review.');
    const mark = { team: current.teamId, model: ref.model, part, digest: found.digest };
    await store.write(() => (viewed ? this.#viewed.mark(mark, clock.now()) : this.#viewed.unmark(mark)));
    return this.show(ref).parts.find(known => known.part === part)!;
  }

  required(): { rules: NamedRule[]; from: string } {
    const { reviewers, membership } = this.#registry;
    const nameOf = namesOf(membership.members);
    const rules = reviewers.rules.map(({ pattern, people }) => ({
      pattern,
      people: people.map(group => group.map(nameOf)),
    }));
    return { rules, from: reviewers.from };
  }

  compareRequired(rules: readonly NamedRule[]): { same: boolean } {
    const { reviewers } = this.#registry;
    return { same: JSON.stringify(this.#resolved(rules)) === JSON.stringify(reviewers.rules) };
  }

  async setRequired(rules: readonly NamedRule[], from: string): Promise<{ rules: NamedRule[]; from: string }> {
    await this.#state(() => ({ kind: 'reviewers.set', rules: this.#resolved(rules), from }));
    return this.required();
  }

  #resolved(rules: readonly NamedRule[]): ReviewerRule[] {
    const { members } = this.#registry.membership;
    return rules.map(({ pattern, people }) => ({
      pattern,
      people: people.map(group => group.map(name => personCalled(name, members))),
    }));
  }

  #partsOf(version: ModelVersion, before: ModelVersion | null): ReviewPart[] {
    const marks = this.#viewed.marks(this.#parts.current.teamId, version.model);
    const known = before && new Map(partsOf(before).map(({ part, digest }) => [part, digest]));
    return partsOf(version).map(({ part, label, digest }) => ({
      part,
      label,
      changed: known && known.get(part) !== digest,
      viewed: marks.has(`${part}\n${digest}`),
    }));
  }

  #drafts(projectId: string | undefined): Draft[] {
    if (projectId === undefined) return [];
    return this.#parts.drafts
      .list(projectId)
      .filter(({ target, body }) => target.kind !== 'note' && body.trim() !== '');
  }

  get #registry(): Registry {
    return this.#parts.current.replica.registry;
  }

  get #me(): string {
    return answerable(this.#parts.current.replica.keys.device, this.#registry.membership.members);
  }

  #refusal(fact: Fact): string | null {
    const problem = this.#problem(fact);
    return problem && `${problem.message} ${problem.nextStep}`.trim();
  }

  #problem(fact: Fact): BenchmateError | null {
    const { current, clock } = this.#parts;
    const { held, keys } = current.replica;
    return checkFact({ held, device: keys.device, fact, at: new Date(clock.now()).toISOString() });
  }

  async #state(describe: (registry: Registry) => Fact): Promise<void> {
    await stateFact(this.#parts.current.replica, this.#parts.clock, describe);
  }
}

function verdictFact({ model, versionId }: ModelVersion, verdict: ReviewVerdict, comment: string): Fact {
  if (verdict === 'comment') return { kind: 'review.commented', model, versionId, comment };
  return { kind: 'approval.given', model, versionId, verdict, comment };
}

/** The runs of a version and of those that it may take the place of. */
function runsBehind(registry: Registry, ref: VersionRef): string[] {
  const { aliases, versions } = findModel(registry, ref.model);
  const held = new Set(aliases.map(({ holder }) => holder));
  const meant = versions.filter(({ versionId, version }) => version === ref.version || held.has(versionId));
  return [...new Set(meant.flatMap(({ runId }) => runId ?? []))];
}

/** Whose approval any alias lacks, everybody of them; throws where nobody is required. */
function lacking(registry: Registry, version: ModelVersion): string[] {
  const targets = targetsOf(registry, findModel(registry, version.model), version);
  const people = targets.flatMap(({ alias }) => lackingReviewers(registry, version, alias).flat());
  if (people.length > 0) return [...new Set(people)].slice(0, 20);
  throw new BenchmateError('BAD_REQUEST', 'It is not said whom to ask.', 'Name somebody: --from "Ada".');
}

const isAbout = (anchor: Thread['anchor'], { model, versionId }: ModelVersion): boolean =>
  anchor.kind !== 'model' || (anchor.model === model && anchor.versionId === versionId);

function labelOf({ target }: Draft): string {
  if (target.kind === 'note') return target.title;
  return target.kind === 'thread' ? `Comment on ${threadPlace(target)}` : 'Answer in a thread';
}
