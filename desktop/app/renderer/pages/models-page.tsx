import { useMemo } from 'react';
import { modelPath } from '@benchmate/shared/domain/companion-path';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { Chip } from '@benchmate/shared/ui/chip';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { useLive } from '../engine/live-list.ts';
import { modelList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { LongList } from '../shell/long-list.tsx';
import { Link } from '../shell/router.tsx';
import { AliasChip } from '../models/alias-chip.tsx';
import { versionNumber } from '../models/version-of.ts';
import { PageHead } from './page-head.tsx';

export function ModelsPage() {
  const { items, phase, error } = useLive(modelList);
  const slow = useSlow(phase === 'loading');
  const ordered = useMemo(() => items.toSorted((a, b) => (a.name < b.name ? -1 : 1)), [items]);
  return (
    <>
      <PageHead title="Models">
        <Link className="bm-button" to="/reviewers">
          Who reviews what
        </Link>
      </PageHead>
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void modelList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="models" />
      ) : items.length === 0 ? (
        <EmptyState icon="package" title="No model is registered yet.">
          Register one from a script with <code className="bm-mono">mlflow.register_model</code>, or with{' '}
          <code className="bm-mono">benchmate model register</code>.
        </EmptyState>
      ) : (
        <LongList
          label="Models"
          what="models"
          items={ordered}
          keyOf={({ name }) => name}
          textOf={({ name, aliases }) => `${name} ${aliases.map(({ alias }) => alias).join(' ')}`}
        >
          {model => <ModelRow model={model} />}
        </LongList>
      )}
    </>
  );
}

function ModelRow({ model }: { model: RegisteredModel }) {
  const count = model.versions.length;
  return (
    <Link to={modelPath(model.name)} className="app-list-item">
      <Icon name="package" />
      <span>
        <strong>{model.name}</strong>
        <span className="bm-muted">
          {count} {count === 1 ? 'version' : 'versions'}, changed <RelativeTime at={model.updatedAt} />
        </span>
      </span>
      <span className="chips">
        {model.aliases.map(alias => (
          <AliasChip key={alias.alias} alias={alias} version={versionNumber(model, alias.holder)} />
        ))}
        {model.aliases.length === 0 && <Chip>no alias</Chip>}
      </span>
    </Link>
  );
}
