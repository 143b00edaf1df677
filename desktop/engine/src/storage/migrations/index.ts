import type { Migration } from '../migrate.ts';
import { projects } from './0001-projects.ts';

/** In order. To add one: a file of its own, and its name here. */
export const migrations: readonly Migration[] = [projects];
