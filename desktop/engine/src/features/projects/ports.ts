/** What the team shares about projects. Implemented on the team's documents. */
export interface SharedProjects {
  /** Projects that any device of the team has. */
  list: () => { projectId: string; name: string }[];
  /** Tells the team about a project of this device. Idempotent. */
  share: (project: { projectId: string; name: string }) => void;
  /** Calls back when the list changed by somebody's hand. */
  onChange: (listener: (projectId: string) => void) => () => void;
}

/** The team's pinned baselines. Implemented on each project's document. */
export interface ProjectPins {
  /** Run id of the pinned baseline, or null. */
  baseline: (projectId: string) => string | null;
  /** Resolves once it is stored on this device. */
  pinBaseline: (projectId: string, runId: string | null) => Promise<void>;
  /** Calls back when a pin changed, here or at a teammate's. */
  onChange: (listener: (projectId: string) => void) => () => void;
}
