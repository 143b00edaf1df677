/** The files of every snapshot that say the same everywhere. */
export const fixedFiles: Readonly<Record<string, string>> = {
  // Without the driver git merges line by line as best it can: what is read back survives that, too.
  '.gitattributes': '* text eol=lf merge=benchmate linguist-generated\n',
  'README.md': `# Shared state of this project

Notes, review threads, approvals and models as Benchmate wrote them, so that a clone shows them without any server.
Do not edit these files: what counts is the last line of each document and the signed entries in \`facts/\`.

- \`project.md\` lists notes and threads, which are in \`notes/\` and \`threads/\`
- \`registry.md\` lists models, versions and who approved them; \`facts/\` has the signed entries, one file per device

\`benchmate snapshot read\` takes everything in, and only ever adds. \`benchmate snapshot setup\` teaches git to merge these
files without conflicts.
`,
};
