import type { Act, Scene } from './writer.ts';

export const modelOf = (writer: number): string => `model-${writer}`;

export function registerVersion({ engine, ledger, writer, next }: Scene): Act {
  const input = {
    model: modelOf(writer),
    runId: ledger.runId,
    source: `mlflow-artifacts:/x/${next()}`,
    description: '',
  };
  return {
    name: 'version',
    send: () => engine.rpc('registry.register', input),
    book: (ledger, answer) => {
      const { versions = [] } = (answer ?? {}) as { versions?: { version: number }[] };
      for (const { version } of versions) ledger.versions.add(version);
    },
  };
}

export function moveAlias({ engine, ledger, writer, dice }: Scene): Act | null {
  const versions = [...ledger.versions];
  const version = versions[Math.floor(dice() * versions.length)];
  if (version === undefined) return null;
  return {
    name: 'alias',
    send: () => engine.rpc('registry.promote', { model: modelOf(writer), version, alias: 'best' }),
    book: ledger => void (ledger.alias = version),
  };
}

export function writeNote({ engine, ledger, writer, projectId, next }: Scene): Act {
  const { note } = ledger;
  if (!note) {
    const body = `first words ${next()}`;
    return {
      name: 'note',
      send: () => engine.rpc('notes.create', { projectId, title: `Note ${writer}`, body }),
      book: (ledger, answer) => {
        if (answer) ledger.note = { noteId: (answer as { noteId: string }).noteId, body };
      },
    };
  }
  const body = `${note.body.slice(-2000)}\nline ${next()}`;
  return {
    name: 'note',
    send: () => engine.rpc('notes.write', { noteId: note.noteId, body }),
    book: ledger => void (ledger.note = { ...note, body }),
  };
}
