import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { template, type Template } from '@benchmate/shared/domain/project';

export const templateFileName = 'template.json';

/** The `name` may stand in the file or be the folder's. */
const templateFile = template.extend({ name: z.string().optional() });

/** Every folder with a valid `template.json`, by name. A folder without one is no template. */
export function readTemplates(folder: string): { template: Template; dir: string }[] {
  return entriesOf(folder)
    .sort()
    .flatMap(name => {
      const dir = join(folder, name);
      const parsed = templateFile.safeParse(readJson(join(dir, templateFileName)));
      return parsed.success ? [{ dir, template: { ...parsed.data, name: parsed.data.name ?? name } }] : [];
    });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
