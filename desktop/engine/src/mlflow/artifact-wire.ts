import type { ArtifactFile, ArtifactsService } from '../features/artifacts/service.ts';
import { artifactPathOf } from '../features/artifacts/uri.ts';
import { safePath } from '../features/artifacts/path.ts';

/** Message `FileInfo`. */
export const fileToWire = ({ name, isDir, sizeBytes }: ArtifactFile, folder = '') => ({
  path: folder ? `${folder}/${name}` : name,
  is_dir: isDir,
  ...(sizeBytes === null ? {} : { file_size: sizeBytes }),
});

/** Files in a folder below an artifact root of ours; their paths are relative to that root. */
export async function listBelow(artifacts: ArtifactsService, rootUri: string, below: string) {
  const folder = below ? safePath(below) : [];
  const files = await artifacts.list([...artifactPathOf(rootUri), ...folder].join('/'));
  return files.map(file => fileToWire(file, folder.join('/')));
}
