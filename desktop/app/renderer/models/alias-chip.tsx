import type { AliasState } from '@benchmate/shared/domain/registry';
import { Chip } from '@benchmate/shared/ui/chip';

/** An alias and, where it is not clear from the place, the version that serves under it. */
export function AliasChip({ alias, version }: { alias: AliasState; version?: number | null }) {
  const serving = version === undefined ? '' : version === null ? ' none' : ` v${version}`;
  return alias.contested ? (
    <Chip tone="warning" icon="warning" title={`${alias.alias} is contested`}>
      {alias.alias}
      {serving} contested
    </Chip>
  ) : (
    <Chip tone="accent" icon="tag">
      {alias.alias}
      {serving}
    </Chip>
  );
}
