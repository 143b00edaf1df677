"""Train the model and log the run with the stock mlflow client.

    python train.py
    python train.py --set learning_rate=0.05 --set max_depth=2

Logs to MLFLOW_TRACKING_URI: the editor's terminals and the job queue set it. Without it, runs stay in this folder.
"""

import argparse
import os
import signal
from pathlib import Path

import mlflow
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

import data
import params as project_params
from evaluate import evaluate, scores
from tracking import choose_store

HERE = Path(__file__).resolve().parent


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override a param for this run")
    params = project_params.read(parser.parse_args(argv).set)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    choose_store()
    train(params)


def train(params):
    """Fit one model and return its run id. Metrics are logged after every boosting stage, so that a run can be watched."""
    training, validation, test = data.load(params["seed"], params["validation_size"])
    # Autologging adds the estimator's params, the training metrics and the data set.
    mlflow.sklearn.autolog(log_models=False, log_post_training_metrics=False, silent=True)
    mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", "{{name}}"))
    with mlflow.start_run() as run:
        try:
            mlflow.log_params({**project_params.flatten(params), "epochs": params["n_estimators"]})
            for part, context in ((validation, "validation"), (test, "test")):
                mlflow.log_input(as_dataset(part), context)
            model = GradientBoostingClassifier(
                learning_rate=params["learning_rate"],
                max_depth=params["max_depth"],
                n_estimators=params["n_estimators"],
                subsample=params["subsample"],
                random_state=params["seed"],
            )
            model.fit(training.x, training.y, monitor=LogStages(validation))
            results = {f"test_{name}": value for name, value in evaluate(model, test).items()}
            mlflow.log_metrics(results, step=params["n_estimators"])
            log_model(model, training)
        except Stopped:
            mlflow.end_run("KILLED")
            raise
        results |= {f"val_{name}": value for name, value in evaluate(model, validation).items()}
        print(f"{run.info.run_name}: " + ", ".join(f"{name} {value:.4f}" for name, value in sorted(results.items(), reverse=True)))
        return run.info.run_id


class LogStages:
    """Called by scikit-learn after each boosting stage; returns False to go on (True would stop early)."""

    def __init__(self, part):
        self.x = part.x.to_numpy(dtype=np.float32)  # what the trees themselves work on
        self.y = part.y
        self.raw = None

    def __call__(self, stage, model, _locals):
        if self.raw is None:  # boosting starts from the log-odds of the classes
            negative, positive = model.init_.class_prior_
            self.raw = np.full(len(self.y), np.log(positive / negative))
        self.raw += model.learning_rate * model.estimators_[stage, 0].predict(self.x)
        stage_scores = scores(self.y, 1 / (1 + np.exp(-self.raw)))
        mlflow.log_metrics({f"val_{name}": value for name, value in stage_scores.items()}, step=stage + 1)
        return False


def log_model(model, part):
    mlflow.sklearn.log_model(
        model,
        name="model",
        signature=mlflow.models.infer_signature(part.x, model.predict(part.x)),
        # skops, not pickle: loading the file runs no code of its own. The trees' node arrays must be named as trusted.
        serialization_format="skops",
        skops_trusted_types=["sklearn.tree._tree.Tree"],
        pip_requirements=str(HERE / "requirements.txt"),  # what trained it, not what mlflow guesses
    )


def as_dataset(part):
    return mlflow.data.from_pandas(part.x.assign(target=part.y.astype(float)), name=data.NAME, targets="target")


class Stopped(SystemExit):
    """Somebody asked the run to stop."""


def stop(number, _frame):
    signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C must not disturb the clearing up
    raise Stopped(128 + number)


if __name__ == "__main__":
    main()
