import { expect, test } from 'vitest';
import { archiveSchema } from './archive.ts';

/** After a change of what archives hold, `npx vitest run -c .ci/vitest.config.ts --project unit shared/src/formats/archive.test.ts -u` publishes it. */
test('the published schema is the one that archives carry', async () => {
  const text = `${JSON.stringify(archiveSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../docs/archive.schema.json');
});
