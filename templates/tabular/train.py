"""Train the model and log the run with the stock mlflow client.

    python train.py
    python train.py --set learning_rate=0.05 --set max_depth=2

Logs to MLFLOW_TRACKING_URI: the editor's terminals and the job queue set it. Without it, mlflow's own default is used.
"""

import argparse
import os
from pathlib import Path

import mlflow
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

import data
import params as project_params


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override a param for this run")
    params = project_params.read(parser.parse_args(argv).set)
    train(params)


def train(params):
    """Fit one model and return its run id. Metrics are logged after every boosting stage, so that a run can be watched."""
    x_train, x_val, y_train, y_val = data.load(params["seed"], params["test_size"])
    # Autologging adds the estimator's params, the training metrics and the data set.
    mlflow.sklearn.autolog(log_models=False, log_post_training_metrics=False, silent=True)
    mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", "{{name}}"))
    with mlflow.start_run() as run:
        mlflow.log_params({**params, "epochs": params["n_estimators"]})
        mlflow.log_input(mlflow.data.from_pandas(x_val.assign(target=y_val.astype(float)), name=data.NAME, targets="target"), "validation")
        model = GradientBoostingClassifier(
            learning_rate=params["learning_rate"],
            max_depth=params["max_depth"],
            n_estimators=params["n_estimators"],
            subsample=params["subsample"],
            random_state=params["seed"],
        )
        model.fit(x_train, y_train, monitor=LogStages(x_val, y_val))
        probability = model.predict_proba(x_val)[:, 1]
        mlflow.log_metric("val_accuracy", accuracy_score(y_val, probability > 0.5))
        mlflow.sklearn.log_model(
            model,
            name="model",
            signature=mlflow.models.infer_signature(x_val, model.predict(x_val)),
            # skops, not pickle: loading the file runs no code of its own. The trees' node arrays must be named as trusted.
            serialization_format="skops",
            skops_trusted_types=["sklearn.tree._tree.Tree"],
            pip_requirements=str(Path(__file__).with_name("requirements.txt")),  # what trained it, not what mlflow guesses
        )
        print(f"{run.info.run_name}: val_loss {log_loss(y_val, probability):.4f}, val_auc {roc_auc_score(y_val, probability):.4f}")
        return run.info.run_id


class LogStages:
    """Called by scikit-learn after each boosting stage; returns False to go on (True would stop early)."""

    def __init__(self, x_val, y_val):
        self.x_val = x_val.to_numpy(dtype=np.float32)  # what the trees themselves work on
        self.y_val = y_val
        self.raw = None

    def __call__(self, stage, model, _locals):
        if self.raw is None:  # boosting starts from the log-odds of the classes
            negative, positive = model.init_.class_prior_
            self.raw = np.full(len(self.y_val), np.log(positive / negative))
        self.raw += model.learning_rate * model.estimators_[stage, 0].predict(self.x_val)
        probability = 1 / (1 + np.exp(-self.raw))
        mlflow.log_metrics(
            {"val_loss": log_loss(self.y_val, probability), "val_auc": roc_auc_score(self.y_val, probability)}, step=stage + 1
        )
        return False


if __name__ == "__main__":
    main()
