/** What jobs need to know of a project; the projects' service answers it. */
export interface ProjectForJobs {
  projectId: string;
  name: string;
  dir: string;
  experimentName: string;
  /** argv of one training run, from `benchmate.yaml`. */
  train: readonly string[];
}

export interface ProjectsPort {
  /** Null for a project that is unknown or has no folder on this machine. Throws what makes its file unreadable. */
  byId: (projectId: string) => Promise<ProjectForJobs | null>;
  /** The project whose root is this folder, if there is one. */
  byDir: (dir: string) => Promise<ProjectForJobs | null>;
}

/** A run that a job logged, newest last. */
export interface RunOfJob {
  runId: string;
  /** Highest step of any metric; null before the first. */
  latestStep: number | null;
  /** Param `epochs`, as logged. */
  epochs: string | null;
}

export interface RunsPort {
  runsOfJob: (jobId: string) => readonly RunOfJob[];
}
