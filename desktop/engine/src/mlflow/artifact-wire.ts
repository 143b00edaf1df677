import type { ArtifactFile, ArtifactsService } from '../features/artifacts/service.ts';
import { artifactPathOf } from '../features/artifacts/uri.ts';
import { safePath } from '../features/artifacts/path.ts';

/** Message `FileInfo`. */
export const fileToWire = ({ name, isDir, sizeBytes }: ArtifactFile, folder = '') => ({
  path: folder ? `${folder}/${name}` : name,
  is_dir: isDir,
  ...(sizeBytes === null ? {} : { file_size: sizeBytes }),
});

/** The folder that a listing names, without the steps that stay where they are (`./x`): MLflow takes them here, and here alone. */
export const withoutDots = (path: string) =>
  path
    .split('/')
    .filter(part => part !== '.')
    .join('/');

/** Throws BAD_REQUEST for a path that leads out of the folder. */
export function safeBelow(below: string): string {
  const path = withoutDots(below);
  if (path) safePath(path);
  return below;
}

/** Files in a folder below an artifact root of ours; their paths are relative to that root and begin as `below` does. */
export async function listBelow(artifacts: ArtifactsService, rootUri: string, below: string) {
  const path = withoutDots(below);
  const folder = path ? safePath(path) : [];
  const files = await artifacts.list([...artifactPathOf(rootUri), ...folder].join('/'));
  return files.map(file => fileToWire(file, below.replace(/\/+$/, '')));
}
