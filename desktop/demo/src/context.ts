import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import type { Device } from './device.ts';

export interface DemoOptions {
  /** Holds everything: `me/`, `teammate/`, `sync/` (data directories) and `project/`. */
  dataDir: string;
  fresh: boolean;
  /** Of the first engine; 0 takes a free one. */
  port: number;
  /** Check every step and end, instead of staying until Ctrl+C. */
  once: boolean;
}

/** Built programs that the demo starts and shows. */
export interface Programs {
  engine: string;
  syncServer: string;
  vsix: string;
}

/** What later steps need from earlier ones. */
export interface DemoContext {
  options: DemoOptions;
  programs: Programs;
  signal: AbortSignal;
  /** Undo, newest first, whatever happened. */
  cleanups: (() => Promise<void>)[];
  /** Jobs being handed to the engine: whoever cancels them waits for this first. */
  submission: Promise<unknown>;
  /** What is printed at the end, in order: longer than a list of tasks can hold. */
  report: string[];
  syncUrl: string;
  me: Device;
  teammate: Device;
  project: Project;
  projectDir: string;
  runs: Run[];
  best: Run;
}
