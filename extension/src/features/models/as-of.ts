import * as vscode from 'vscode';
import { clockDisagreementText } from '@benchmate/shared/diff/clock-disagreement-text';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { parseMoment } from '@benchmate/shared/formats/moment';
import { sentences } from '../../host/report.ts';
import type { Commands, Part } from '../../host/part.ts';
import { moment } from './as-of-rows.ts';
import type { ModelsCache, Past } from './models-cache.ts';

const likeThis = 'Like 2026-03-14 09:00, in the time of this machine; a date alone means the end of that day.';

/** `Show Models as They Were`, and back to now: the past is made of what this device holds, and nothing in it can be changed. */
export function startAsOf({ engine, models }: Part & { models: ModelsCache }): Commands {
  return {
    showModelsAsOf: async () => {
      const { client } = await engine.session();
      const text = await vscode.window.showInputBox({
        title: 'Show Models as They Were',
        prompt: likeThis,
        value: models.past?.text ?? moment(new Date().toISOString()).slice(0, 16),
        ignoreFocusOut: true,
        validateInput: problemOf,
      });
      if (text === undefined) return;
      const { at } = parseMoment(text);
      models.past = { at, text: moment(at), state: await client.audit.asOf.query({ at }) };
    },
    showModelsNow: () => {
      models.past = undefined;
    },
  };
}

/** What stands above the rows of the past. */
export function pastMessage({ state }: Past): string {
  const held = `Nothing here can be changed. ${state.entries} signed entries counted then; this device holds ${state.later} later ones.`;
  return [...(state.models.length === 0 ? ['No model was registered then.'] : []), held]
    .concat(state.disagreements.map(clockDisagreementText))
    .join(' ');
}

function problemOf(text: string): string | undefined {
  try {
    return parseMoment(text).at > new Date().toISOString() ? 'That is still to come.' : undefined;
  } catch (error) {
    return sentences(toErrorShape(error));
  }
}
