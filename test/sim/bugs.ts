/** A place in a program that reads otherwise while it is simulated. */
export interface SourceChange {
  file: string;
  /** Stands there exactly once. */
  from: string;
  to: string;
}

export interface PlantedBug {
  name: string;
  /** What goes wrong, and whose mistake it was. */
  says: string;
  changes: readonly SourceChange[];
}

/** Snapshots are made so often that compaction meets everything else. */
export const frequentCompaction: readonly SourceChange[] = [
  { file: 'sync-server/src/rooms/room.ts', from: 'compactAboveBytes = 16_384', to: 'compactAboveBytes = 400' },
  { file: 'sync-server/src/rooms/room.ts', from: 'compactAboveUpdates = 5000', to: 'compactAboveUpdates = 12' },
  { file: 'sync-server/src/rooms/room.ts', from: 'compactOnLeaving = 100', to: 'compactOnLeaving = 2' },
  {
    file: 'desktop/engine/src/replication/documents/hub.ts',
    from: 'compactAfterUpdates = 200',
    to: 'compactAfterUpdates = 6',
  },
];
export const bugs: readonly PlantedBug[] = [];
