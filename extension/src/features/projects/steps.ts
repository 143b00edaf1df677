import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { Template } from '@benchmate/shared/domain/project';

export interface Answers {
  template: string;
  /** Folder in which the project's own folder is made. */
  parent: string;
  name: string;
}

interface Questions {
  templates: Template[];
  parent: string;
  /** Why this name cannot be used there, as one sentence. */
  problemWith: (parent: string, name: string) => string | undefined;
}

const back = Symbol('back');
type Answer = string | typeof back | undefined;

/** Three questions with a way back; undefined when the person leaves. */
export async function askSteps({ templates, parent, problemWith }: Questions): Promise<Answers | undefined> {
  const answers: Answers = { template: '', parent, name: '' };
  const questions: (() => Promise<Answer>)[] = [
    () => askTemplate(templates, answer => (answers.template = answer)),
    () => askFolder(answers.parent, answer => (answers.parent = answer)),
    () => askName(answers, problemWith, answer => (answers.name = answer.trim())),
  ];
  for (let step = 0; step < questions.length;) {
    const answer = await questions[step]!();
    if (answer === undefined) return undefined;
    step += answer === back ? -1 : 1;
  }
  return answers;
}

const title = 'New Project';

function askTemplate(templates: Template[], take: (name: string) => void): Promise<Answer> {
  const input = vscode.window.createQuickPick<vscode.QuickPickItem & { name: string }>();
  Object.assign(input, {
    title,
    step: 1,
    totalSteps: 3,
    placeholder: 'Start from which template?',
    matchOnDetail: true,
  });
  input.items = templates.map(template => ({
    name: template.name,
    label: template.title,
    detail: [template.description, template.credits].filter(Boolean).join(' '),
  }));
  return ask(input, () => {
    const [chosen] = input.selectedItems;
    if (chosen) take(chosen.name);
    return chosen?.name;
  });
}

function askFolder(parent: string, take: (folder: string) => void): Promise<Answer> {
  const input = vscode.window.createInputBox();
  const browse = { iconPath: new vscode.ThemeIcon('folder-opened'), tooltip: 'Browse' };
  Object.assign(input, {
    title,
    step: 2,
    totalSteps: 3,
    value: parent,
    prompt: 'Folder in which the project’s own folder is made',
  });
  input.buttons = [vscode.QuickInputButtons.Back, browse];
  input.ignoreFocusOut = true;
  input.onDidTriggerButton(async button => {
    if (button !== browse) return;
    const [folder] =
      (await vscode.window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        openLabel: 'Select',
        title,
      })) ?? [];
    if (folder) input.value = folder.fsPath;
  });
  return ask(input, () => {
    const folder = input.value.trim().replace(/^~(?=$|[\\/])/, homedir());
    if (!isAbsolute(folder)) {
      input.validationMessage = `Give the whole path, for example ${join(homedir(), 'projects')}.`;
      return undefined;
    }
    take(folder);
    return folder;
  });
}

function askName(
  { parent, name }: Answers,
  problemWith: Questions['problemWith'],
  take: (name: string) => void,
): Promise<Answer> {
  const input = vscode.window.createInputBox();
  Object.assign(input, {
    title,
    step: 3,
    totalSteps: 3,
    value: name,
    prompt: 'Name of the project',
    placeholder: 'churn',
  });
  input.buttons = [vscode.QuickInputButtons.Back];
  input.onDidChangeValue(value => (input.validationMessage = value ? problemWith(parent, value) : undefined));
  return ask(input, () => {
    const problem = problemWith(parent, input.value);
    input.validationMessage = problem;
    if (problem) return undefined;
    take(input.value);
    return input.value;
  });
}

/** Shows one question; `accept` answers it or leaves it open. */
function ask(
  input: vscode.QuickPick<never> | vscode.QuickPick<vscode.QuickPickItem & { name: string }> | vscode.InputBox,
  accept: () => string | undefined,
): Promise<Answer> {
  return new Promise(resolve => {
    let answer: Answer;
    const settle = (value: Answer) => {
      answer = value;
      input.hide();
    };
    input.onDidAccept(() => {
      const accepted = accept();
      if (accepted !== undefined) settle(accepted);
    });
    input.onDidTriggerButton(button => {
      if (button === vscode.QuickInputButtons.Back) settle(back);
    });
    input.onDidHide(() => {
      input.dispose();
      resolve(answer);
    });
    input.show();
  });
}
