import type { FileReview } from '@benchmate/shared/domain/file-review';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { isMine, listed, type Viewer } from './viewer.ts';

/** Files that somebody asked this person to review, and changes that were asked for where this person had asked. */
export function fileItems(
  reviews: readonly FileReview[],
  viewer: Viewer,
  projects: readonly { projectId: string; name: string }[],
): InboxItem[] {
  return reviews.flatMap(review => {
    const name = projects.find(({ projectId }) => projectId === review.project)?.name ?? review.project;
    return [...asked(review, viewer, name), ...changesAsked(review, viewer, name)];
  });
}

/** An agent is not asked what its member is asked. */
function asked({ project, path, requests, votes }: FileReview, { me }: Viewer, name: string): InboxItem[] {
  const request = requests.find(({ person, state }) => person === me.person && state === 'open');
  if (!request || !me.active || me.agentOf !== null) return [];
  const { by, comment, at, commit } = request;
  const before = votes.find(({ person }) => person === me.person);
  return [
    {
      ...base(project, path),
      itemId: `asked-file:${project}:${path}:${at}`,
      kind: 'review',
      who: by.name,
      sentence: `${by.name} asks you to review ${path} of ${name}${comment ? `: “${comment}”` : '.'}`,
      next: before ? 'Look at what changed since your last verdict.' : 'Give a verdict on what it says, or decline.',
      evidence: commit === null ? [] : [`At commit ${commit.slice(0, 12)}`],
      since: Date.parse(at),
      action: 'Review the file',
    },
  ];
}

/** Of who asked, while somebody's vote on the newest content they showed is to change something. */
function changesAsked({ project, path, requests, votes }: FileReview, viewer: Viewer, name: string): InboxItem[] {
  const shown = requests.findLast(({ by }) => isMine(viewer, by.device));
  const against = votes.filter(({ verdict, content }) => verdict === 'request-changes' && content === shown?.content);
  if (!shown || against.length === 0) return [];
  return [
    {
      ...base(project, path),
      itemId: `changes-file:${project}:${path}:${against.map(({ person, at }) => `${person.slice(0, 8)}${at}`).join(':')}`,
      kind: 'changes',
      who: listed(against.map(each => each.name)),
      sentence: `${listed(against.map(each => each.name))} asked for changes to ${path} of ${name}.`,
      next: 'Change it and ask again, or talk it over.',
      evidence: against
        .filter(({ comment }) => comment !== '')
        .slice(0, 10)
        .map(({ name: who, comment }) => `${who}: ${comment.slice(0, 480)}`),
      since: Math.max(...against.map(({ at }) => Date.parse(at))),
      action: 'Read the review',
      dismissible: true,
    },
  ];
}

const base = (projectId: string, path: string) => ({
  evidence: [],
  until: null,
  project: projectId,
  dismissible: false,
  place: { kind: 'file' as const, projectId, path },
});
