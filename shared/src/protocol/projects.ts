import { z } from 'zod';
import { project, template } from '../domain/project.ts';
import { mutation, query, subscription } from './contract.ts';

export const projects = {
  templates: query(z.void(), z.array(template)),
  list: query(z.void(), z.array(project)),
  get: query(z.object({ projectId: z.string() }), project),
  /** Scaffolds a template into a folder that is empty or absent, makes it a git repository and commits it. ALREADY_EXISTS otherwise. */
  create: mutation(z.object({ template: z.string(), dir: z.string(), name: z.string().min(1).max(200) }), project),
  /** Makes an existing folder with a `benchmate.yaml` known. NOT_FOUND without one. */
  open: mutation(z.object({ dir: z.string() }), project),
  /** Makes the project's Python environment (`.venv` from `requirements.txt`), with `uv` where it is installed. Each announcement is a line of progress; ends when ready. */
  prepare: subscription(z.object({ projectId: z.string() }), z.object({ line: z.string(), done: z.boolean() })),
  /** Shared with the team; null unpins. */
  pinBaseline: mutation(z.object({ projectId: z.string(), runId: z.string().nullable() }), project),
  changes: subscription(z.void(), project),
};
