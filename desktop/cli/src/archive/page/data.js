const textOf = id => document.getElementById(id)?.textContent ?? '';
export const linesOf = id =>
  textOf(id)
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line));
export const data = {};
export const versionsOf = runId =>
  data.models.flatMap(model =>
    model.versions.filter(version => version.runId === runId).map(version => ({ model, version })),
  );
export const aliasesOf = (model, version) =>
  model.aliases
    .filter(({ holder }) => holder === version.versionId)
    .map(({ alias, contested }) => (contested ? `${alias} (contested)` : alias));
