import spdx from 'spdx-license-ids/index.json' with { type: 'json' };

/**
 * What Hugging Face takes for `license`; its front matter is refused with anything else. Compared with `docs/hub/repositories-licenses.md` of
 * hub-docs at commit 008d54d: none of that list is missing. Newer than it are eupl-1.2, grok2-community, llama3, llama3.1, llama3.2, llama3.3,
 * llama4, intel-research, h-research, apple-amlr, apple-ascl, fair-noncommercial-research-license and openmdw-1.0.
 */
const hub = new Set(
  `apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m afl-3.0 artistic-2.0
  bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0
  cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0
  cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2
  agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0
  odc-by odbl openmdw-1.0 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license
  fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other`.split(
    /\s+/,
  ),
);
const known = new Set(spdx.map(id => id.toLowerCase()));

/** Whether Hugging Face takes a licence, SPDX at least knows it, or neither. */
export function licenceKind(id: string): 'hub' | 'spdx' | 'unknown' {
  return hub.has(id) ? 'hub' : known.has(id.toLowerCase()) ? 'spdx' : 'unknown';
}

/** The id of Hugging Face that was probably meant: `MIT`, `Apache 2.0`, `GPL-3.0-only`. */
export function meantLicence(text: string): string | null {
  const id = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
    .replace(/^the-/, '')
    .replace(/-licen[sc]e$/, '')
    .replace(/-(only|or-later)$/, '');
  return [id, id.replace(/-v(?=\d)/, '-'), `${id}.0`].find(each => hub.has(each)) ?? null;
}
