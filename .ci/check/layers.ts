import { isBuiltin } from 'node:module';
import { groups, restricted, zones, type Zone } from './zones.ts';
import type { Import } from './imports.ts';

/** Imports that the zones forbid, each as one sentence. */
export function layerViolations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, internal }) => {
    const zone = zoneOf(from);
    if (!zone)
      return to.endsWith('.css')
        ? []
        : configFile(from)
          ? []
          : [`${from} belongs to no zone: name it in .ci/check/zones.ts.`];
    if (internal) return internalViolation(zone, from, to);
    if (isBuiltin(to))
      return zone.node ? [] : [`${from} imports ${to}, but ${zone.name} must run without Node. ${zone.because}`];
    const name = restricted.find(name => to === name || to.startsWith(`${name}/`));
    if (!name || zone.packages?.includes(name)) return [];
    return [`${from} imports ${to}, which ${zone.name} may not use. ${zone.because}`];
  });
}

function internalViolation(zone: Zone, from: string, to: string): string[] {
  const target = zoneOf(to);
  if (!target || target === zone) return [];
  const allowed = zone.mayImport.flatMap(name => groups[name] ?? [name]);
  return allowed.includes(target.name)
    ? []
    : [`${from} imports ${to}, but ${zone.name} may not import ${target.name}. ${zone.because}`];
}

/** Build scripts and the like, directly in a package's folder. */
const configFile = (file: string) => /^(desktop\/)?[\w-]+\/[\w.-]+$/.test(file);

function zoneOf(file: string): Zone | undefined {
  let best: { zone: Zone; length: number } | undefined;
  for (const zone of zones)
    for (const path of zone.paths)
      if ((file === path || file.startsWith(`${path}/`)) && path.length > (best?.length ?? 0))
        best = { zone, length: path.length };
  return best?.zone;
}
