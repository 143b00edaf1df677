import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long, longest first. A new machine does not know that yet, and one that begins last is waited for alone. */
export const slow = [
  'chaos/kill-loop',
  'integration/documented-commands',
  'integration/mlflow-client',
  'integration/mlflow-frameworks',
  'integration/start',
  'integration/template-train',
  'integration/mlflow-2-client',
  'integration/mlflow-connected',
  'integration/team-model-files',
];

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex(name => moduleId.endsWith(`${name}.test.ts`));
      return at < 0 ? slow.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
