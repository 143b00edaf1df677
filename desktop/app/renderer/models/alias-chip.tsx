import type { AliasState } from '@benchmate/shared/domain/registry';
import { Chip } from '@benchmate/shared/ui/chip';

/** An alias as it stands beside one version: held by it, served by it meanwhile, or claimed for it. */
export function VersionAliasChip({ alias, versionId }: { alias: AliasState; versionId: string }) {
  if (alias.contested && alias.holder === versionId)
    return (
      <Chip tone="accent" icon="tag">
        {alias.alias} meanwhile
      </Chip>
    );
  return <AliasChip alias={alias} />;
}

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
