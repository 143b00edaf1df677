import { z } from 'zod';
import { aliasPolicies, registeredModel, verdict } from '../domain/registry.ts';
import { mutation, query, subscription } from './contract.ts';

const historyItem = z.object({
  at: z.string(),
  name: z.string(),
  sentence: z.string(),
  entry: z.string(),
  ignored: z.string().nullable(),
});
const versionRef = z.object({ model: z.string(), version: z.number().int().positive() });

export const registry = {
  list: query(z.void(), z.array(registeredModel)),
  get: query(z.object({ model: z.string() }), registeredModel),
  policies: query(z.void(), aliasPolicies),
  /** Without a description the version carries the model card of the run's project as it is now, so that whoever approves sees it. */
  register: mutation(
    z.object({
      model: z.string().min(1).max(250),
      runId: z.string().nullable(),
      source: z.string(),
      description: z.string().default(''),
    }),
    registeredModel,
  ),
  /** Signs a verdict as this device. FORBIDDEN below the role of reviewer; a device never approves what it registered. */
  approve: mutation(
    versionRef.extend({ verdict: verdict.default('approve'), comment: z.string().max(20_000).default('') }),
    registeredModel,
  ),
  /** NEEDS_APPROVAL while the alias's policy is not met; CONTESTED while the alias is contested (resolve it instead). */
  promote: mutation(versionRef.extend({ alias: z.string().min(1).max(250) }), registeredModel),
  removeAlias: mutation(z.object({ model: z.string(), alias: z.string() }), registeredModel),
  /** Chooses one of the rival promotions of a contested alias. */
  resolve: mutation(
    versionRef.extend({ alias: z.string(), reason: z.string().max(20_000).default('') }),
    registeredModel,
  ),
  setPolicy: mutation(z.object({ alias: z.string(), approvals: z.number().int().min(0).max(10) }), aliasPolicies),
  /** Several at once, all or none. `from`: the file and the commit that they were read from. */
  setPolicies: mutation(z.object({ policies: aliasPolicies, from: z.string().max(300) }), aliasPolicies),
  /** Every fact about a model in causal order, each as one sentence; ignored ones say why. */
  history: query(z.object({ model: z.string() }), z.array(historyItem)),
  changes: subscription(z.void(), registeredModel),
  /** The policies, after they or the required reviewers changed: what models say of approvals is to be read anew. @since 0.2 */
  ruleChanges: subscription(z.void(), aliasPolicies),
};
