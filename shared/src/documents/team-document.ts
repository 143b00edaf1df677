import * as Y from 'yjs';

export interface TeamProject {
  projectId: string;
  name: string;
}

/** Projects of the team, by id. */
export function teamProjects(doc: Y.Doc): TeamProject[] {
  const projects: TeamProject[] = [];
  for (const [projectId, value] of doc.getMap('projects')) {
    const name = value instanceof Y.Map ? value.get('name') : undefined;
    if (typeof name === 'string') projects.push({ projectId, name });
  }
  return projects.sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
}

/** Makes a project known to the team, or renames it; nothing is written when the team knows it so already. */
export function shareProject(doc: Y.Doc, { projectId, name }: TeamProject, origin?: unknown): void {
  const projects = doc.getMap('projects');
  const known = projects.get(projectId);
  if (known instanceof Y.Map) {
    if (known.get('name') !== name) doc.transact(() => known.set('name', name), origin);
    return;
  }
  doc.transact(() => projects.set(projectId, new Y.Map([['name', name]])), origin);
}
