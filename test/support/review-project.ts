import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const projectId = 'tumours-0a1b2c3d';

const files = {
  'benchmate.yaml': `id: ${projectId}\nname: tumours\nmodel: tumours\nprimaryMetric: val_loss\ndirections:\n  val_auc: higher\n`,
  'params.yaml': 'learning_rate: 0.3\nsteps: 50\nseed: 7\n',
  REVIEWERS: 'models:/*@champion @Ben\n',
  'train.py': `"""Tells malignant from benign tumours: a logistic regression, step by step."""
import re
from pathlib import Path

import mlflow
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

params = {key: float(value) if "." in value else int(value) for key, value in re.findall(r"(\\w+): (\\S+)", Path("params.yaml").read_text())}
x, y = load_breast_cancer(return_X_y=True)
x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.3, random_state=params["seed"])
scaler = StandardScaler().fit(x_train)
model = SGDClassifier(
    loss="log_loss", learning_rate="constant", eta0=params["learning_rate"], random_state=params["seed"]
)
with mlflow.start_run() as run:
    mlflow.log_params(params)
    for step in range(1, params["steps"] + 1):
        model.partial_fit(scaler.transform(x_train), y_train, classes=np.array([0, 1]))
        chance = model.predict_proba(scaler.transform(x_val))[:, 1]
        scores = {"val_loss": log_loss(y_val, chance), "val_auc": roc_auc_score(y_val, chance)}
        mlflow.log_metrics(scores, step=step)
    mlflow.sklearn.log_model(model, name="model")
    Path(".run").write_text(run.info.run_id)
print(run.info.run_name, scores)
`,
  '.gitignore': '.run\n__pycache__/\n',
};

/** A project with a training of some seconds in a repository that everybody can push to; a clone for each of `clones`. */
export async function makeReviewProject(home: string, clones: readonly string[]): Promise<void> {
  const git = (cwd: string, ...args: string[]) => run('git', ['-C', cwd, ...args]);
  const origin = join(home, 'origin.git');
  mkdirSync(origin, { recursive: true });
  await git(origin, 'init', '--quiet', '--bare', '--initial-branch=main');
  const [first, ...others] = clones as [string, ...string[]];
  await run('git', ['clone', '--quiet', origin, first]);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(first, name), text);
  await git(first, 'add', '.');
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost'];
  await git(first, ...author, 'commit', '--quiet', '--message', 'Train a first model');
  await git(first, 'push', '--quiet', 'origin', 'HEAD:main');
  for (const clone of others) await run('git', ['clone', '--quiet', origin, clone]);
}
