import * as vscode from 'vscode';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';

/** Boxes are emptied before anyone knows whether what was typed into them was taken: what was not goes into the clipboard. */
export async function keepTyped<T>(text: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (text.trim() === '') throw error;
    const { code, message, nextStep } = toErrorShape(error);
    await vscode.env.clipboard.writeText(text);
    throw new BenchmateError(code, message, `${nextStep} What you wrote is in the clipboard.`.trim());
  }
}
