import * as vscode from 'vscode';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { sentences } from '../../host/report.ts';

/** Says at the line of a `benchmate.yaml` what is wrong with it; who does not have it open finds it in Problems. */
export class ProjectFileProblems implements vscode.Disposable {
  readonly #found = vscode.languages.createDiagnosticCollection('benchmate project files');

  /** `wrong`: by folder, what reading its file threw. */
  show(wrong: ReadonlyMap<string, unknown>): void {
    this.#found.clear();
    for (const [dir, error] of wrong) {
      const file = vscode.Uri.joinPath(vscode.Uri.file(dir), 'benchmate.yaml');
      const { message, nextStep } = toErrorShape(error);
      const [place = '', line = '1'] = /^.*, line (\d+): /.exec(message) ?? [];
      const whole = new vscode.Range(Number(line) - 1, 0, Number(line) - 1, Number.MAX_SAFE_INTEGER);
      const sentence = sentences({ message: message.slice(place.length), nextStep });
      const diagnostic = new vscode.Diagnostic(whole, sentence, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'benchmate';
      this.#found.set(file, [diagnostic]);
    }
  }

  dispose(): void {
    this.#found.dispose();
  }
}
