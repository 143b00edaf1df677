import type { Draft } from '@benchmate/shared/domain/draft';
import type { FileReview, FileReviewNow } from '@benchmate/shared/domain/file-review';
import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { missingGroups } from '@benchmate/shared/domain/reviewer-rules';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { checkFact } from '@benchmate/shared/facts/check-fact';
import type { Fact } from '@benchmate/shared/facts/entry';
import type { Registry } from '@benchmate/shared/facts/registry';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { Clock } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { answerable, namesOf, personCalled } from '../model-reviews/people.ts';
import { isProjectPath } from '../reviews/project-path.ts';
import { fileNow, type FileNow } from './file-now.ts';

export interface FileReviewsParts {
  current: CurrentTeam;
  clock: Clock;
  /** Where a project lies on this machine; null where it has no folder. */
  folderOf: (projectId: string) => string | null;
  drafts: { list: (projectId: string) => Draft[]; publish: (draftId: string) => Promise<unknown> };
}

interface Place {
  projectId: string;
  path: string;
}
interface Checked {
  path: string;
  content: string | null;
  approvedBy: string[];
  outdated: string[];
  against: string[];
  missing: string[][];
}

/** Reviews of files of projects by what they say: signed facts (rules R21 to R23), beside what the files say here and now. */
export class FileReviewsService {
  readonly #parts: FileReviewsParts;

  constructor(parts: FileReviewsParts) {
    this.#parts = parts;
  }

  list(projectId: string | undefined): FileReview[] {
    return this.#registry.fileReviews().filter(({ project }) => projectId === undefined || project === projectId);
  }

  async show(place: Place): Promise<FileReviewNow> {
    const { content, commit, text } = (await this.#now(place)) ?? { content: null, commit: null, text: null };
    const vote = content === null ? null : given(place, { content, commit, text }, 'approve', '');
    const problem = vote && this.#problem(vote);
    const drafts = this.#parts.drafts
      .list(place.projectId)
      .filter(({ target, body }) => target.kind === 'thread' && target.path === place.path && body.trim() !== '')
      .map(({ draftId }) => draftId);
    return { ...this.#review(place), content, commit, text, drafts, refusal: problem && said(problem) };
  }

  async request({ people, comment, ...place }: Place & { people: string[]; comment: string }): Promise<FileReviewNow> {
    const now = await this.#need(place);
    await this.#state(({ membership: { members } }) => {
      const asked = people.map(name => personCalled(name, members));
      const unable = asked.find(
        person =>
          !members.some(
            member =>
              member.active &&
              member.person === person &&
              allows('file-review.given', heldBy(member, members), place.projectId),
          ),
      );
      if (unable !== undefined)
        throw new BenchmateError(
          'FORBIDDEN',
          `${namesOf(members)(unable)} may review no file of this project.`,
          'Ask a reviewer, or an owner to make them one.',
        );
      return { kind: 'file-review.requested', ...subject(place), ...saying(now), people: asked, comment };
    });
    return this.show(place);
  }

  async withdraw({ people, comment, ...place }: Place & { people: string[]; comment: string }): Promise<FileReviewNow> {
    await this.#state(({ membership: { members } }) => ({
      kind: 'file-review.withdrawn',
      ...subject(place),
      people: people.map(name => personCalled(name, members)),
      comment,
    }));
    return this.show(place);
  }

  /** A verdict that would not count publishes nothing. */
  async submit({
    verdict,
    comment,
    content,
    drafts,
    ...place
  }: Place & {
    verdict: ReviewVerdict;
    comment: string;
    content?: string | undefined;
    drafts: string[];
  }): Promise<FileReviewNow> {
    const now = await this.#need(place);
    if (content !== undefined && content !== now.content)
      throw new BenchmateError('CONFLICT', `${place.path} says something else by now.`, 'Look at it again.');
    if (verdict === 'comment' && comment.trim() === '' && drafts.length === 0)
      throw new BenchmateError('BAD_REQUEST', 'The review says nothing.', 'Write a comment, or vote.');
    const fact = given(place, now, verdict, comment);
    const problem = this.#problem(fact);
    if (problem) throw problem;
    for (const draftId of drafts) await this.#parts.drafts.publish(draftId);
    await this.#state(() => fact);
    return this.show(place);
  }

  async check(projectId: string, files: readonly { path: string; groups: string[][] }[]): Promise<Checked[]> {
    const { members } = this.#registry.membership;
    const nameOf = namesOf(members);
    const known = new Set(members.map(({ person }) => person));
    const found: Checked[] = [];
    for (const { path, groups } of files) {
      const place = { projectId, path };
      const content = (await this.#now(place))?.content ?? null;
      const { votes, requests } = this.#review(place);
      const here = votes.filter(vote => vote.content === content);
      const approving = here.filter(({ verdict }) => verdict === 'approve').map(({ person }) => person);
      const askers = new Set(
        requests.filter(each => each.content === content).map(({ by }) => answerable(by.device, members)),
      );
      const wanted = groups
        .map(group => group.map(name => personOrName(name, members)))
        .map(group => group.filter(person => !askers.has(person)));
      const missing = missingGroups(wanted, { answerable: '', approving: new Set(approving) });
      found.push({
        path,
        content,
        approvedBy: approving.map(nameOf),
        outdated: votes
          .filter(vote => vote.verdict === 'approve' && vote.content !== content)
          .map(({ person }) => nameOf(person)),
        against: here.filter(({ verdict }) => verdict === 'request-changes').map(({ person }) => nameOf(person)),
        missing: missing.map(group => group.map(person => (known.has(person) ? nameOf(person) : person))),
      });
    }
    return found;
  }

  #review({ projectId: project, path }: Place): FileReview {
    const known = this.#registry.fileReviews().find(each => each.project === project && each.path === path);
    return known ?? { project, path, requests: [], votes: [], remarks: [] };
  }

  async #now({ projectId, path }: Place): Promise<FileNow | null> {
    if (!isProjectPath(path))
      throw new BenchmateError('BAD_REQUEST', `${path} is no file of a project.`, 'Name it from the project’s folder.');
    const dir = this.#parts.folderOf(projectId);
    return dir === null ? null : fileNow(dir, path);
  }

  async #need(place: Place): Promise<FileNow> {
    const now = await this.#now(place);
    if (now) return now;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no file ${place.path} in the project’s folder on this machine.`,
      'Check the branch out that has it. A version of a model is named with its number.',
    );
  }

  get #registry(): Registry {
    return this.#parts.current.replica.registry;
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

/** Who is not in the team yet, or left it, is named as the file names them: their approval lacks. */
function personOrName(name: string, members: Registry['membership']['members']): string {
  try {
    return personCalled(name, members);
  } catch (error) {
    if (error instanceof BenchmateError && error.code === 'NOT_FOUND') return name;
    throw error;
  }
}

const subject = ({ projectId: project, path }: Place) => ({ project, path });
const saying = ({ content, commit }: FileNow) => ({ content, ...(commit === null ? {} : { commit }) });
const given = (place: Place, now: FileNow, verdict: ReviewVerdict, comment: string): Fact => ({
  kind: 'file-review.given',
  ...subject(place),
  ...saying(now),
  verdict,
  comment,
});
const said = ({ message, nextStep }: BenchmateError): string => `${message} ${nextStep}`.trim();
