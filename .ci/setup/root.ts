import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What setting up leaves behind, outside git: environments, the editor, stamps. Deleting it is always safe. */
export const cacheDir = join(root, '.cache');
