/** What stands beside the page, for whoever comes without a browser. */
export const readme = `Archive of runs, models, notes and decisions
=============================================

Unpack the whole archive, then open index.html in any browser. Nothing has to be installed, no network is used.

archive.json         what this is, of which team, when it was written, how much is in it
runs.jsonl           one run a line: params, last metrics, tags
series/<runId>.csv   every point of every metric of a run: key, step, timestamp (ms since 1970 UTC), value
models.jsonl         one model a line: versions with model card, verdicts, aliases, and its history in sentences
lineage.jsonl        from which run each version came, and which aliases point to it
notes.jsonl          notes, as Markdown
threads.jsonl        review threads on files
file-reviews.jsonl   reviews of files such as model cards: who was asked, and verdicts with the SHA-256 of what they are about
cards/               model cards of the projects
decisions.html       the signed decisions; open it, and it verifies itself in the browser
schema.json          JSON Schema (2020-12) of the files above; .jsonl files hold a JSON document a line
index.html, view/    the page, and what it draws
`;
