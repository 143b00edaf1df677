import type { Import } from './imports.ts';

/** Files that import each other at run time, one list of files per knot (Tarjan's strongly connected components). */
export function importCycles(imports: readonly Import[]): string[][] {
  const edges = new Map<string, Set<string>>();
  for (const { from, to, internal, typeOnly } of imports) {
    if (!internal || typeOnly) continue;
    if (!edges.has(from)) edges.set(from, new Set());
    edges.get(from)!.add(to);
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const knots: string[][] = [];

  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    onStack.add(file);
    for (const next of edges.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (onStack.has(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const knot: string[] = [];
    for (let member: string; (member = stack.pop()!) !== undefined;) {
      onStack.delete(member);
      knot.push(member);
      if (member === file) break;
    }
    if (knot.length > 1 || edges.get(file)?.has(file)) knots.push(knot.toReversed());
  };
  for (const file of edges.keys()) if (!index.has(file)) visit(file);
  return knots;
}
