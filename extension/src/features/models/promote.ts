import * as vscode from 'vscode';
import { targetSentence } from '@benchmate/shared/diff/review-target-text';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { sentences } from '../../host/report.ts';
import type { Commands, Part } from '../../host/part.ts';
import { chooseVersion } from './choose-version.ts';
import { contestedWords, numberOf } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

const usual = ['champion', 'challenger', 'staging', 'production'];

interface Choice extends vscode.QuickPickItem {
  /** Null: one that is still to be named. */
  alias: string | null;
}

/** `Promote a Model Version`: gives it an alias; a refusal names who is missing, and offers to ask them. */
export function startPromote({ engine, given }: Part & { given: (ref: VersionRef) => void }): Commands {
  return {
    promoteVersion: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Promote a Model Version', node);
      if (!ref) return;
      const [model, review, policies] = await Promise.all([
        client.registry.get.query({ model: ref.model }),
        client.modelReviews.show.query(ref),
        client.registry.policies.query(),
      ]);
      const names = new Set([...model.aliases.map(({ alias }) => alias), ...Object.keys(policies), ...usual]);
      const title = `Promote ${ref.model} v${ref.version}`;
      const choices = [...names].map((alias): Choice => {
        const state = model.aliases.find(known => known.alias === alias);
        const target = review.targets.find(known => known.alias === alias);
        const holder = numberOf(model, state?.holder ?? null);
        return {
          label: alias,
          alias,
          description: holder === ref.version ? 'it is that already' : holder === null ? '' : `now v${holder}`,
          detail: state?.contested ? contestedWords(model, state) : target ? targetSentence(target) : '',
        };
      });
      const another: Choice = { label: '$(add) Another alias …', alias: null };
      const chosen = await vscode.window.showQuickPick([...choices, another], {
        title,
        placeHolder: 'To which alias?',
      });
      if (!chosen) return;
      const alias = chosen.alias ?? (await nameAlias(title));
      if (!alias) return;
      try {
        await client.registry.promote.mutate({ ...ref, alias });
        given(ref);
      } catch (error) {
        const shape = toErrorShape(error);
        if (shape.code === 'CONTESTED') {
          await vscode.commands.executeCommand('benchmate.resolveContested', { model: ref.model, alias });
          return;
        }
        if (shape.code !== 'NEEDS_APPROVAL') throw error;
        const askThem = 'Ask for a Review';
        if ((await vscode.window.showErrorMessage(sentences(shape), askThem)) === askThem)
          await vscode.commands.executeCommand('benchmate.askForReview', { ...ref });
      }
    },
  };
}

const nameAlias = async (title: string): Promise<string | undefined> =>
  (
    await vscode.window.showInputBox({
      title,
      prompt: 'Name of the alias, for example champion',
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === '' || text.length > 250 ? 'One to 250 characters.' : undefined),
    })
  )?.trim();
