"""How good a model is. As a program: judge a logged model on the test rows.

    python evaluate.py runs:/<run id>/model
    python evaluate.py "models:/{{name}}@champion"
"""

import sys

import mlflow
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

import data
import params as project_params
from tracking import choose_store


def evaluate(model, part):
    return scores(part.y, model.predict_proba(part.x)[:, 1])


def scores(y, probability):
    """Return loss (log loss), auc (area under the ROC curve) and accuracy of the probabilities of a benign tumour."""
    return {
        "loss": float(log_loss(y, probability)),
        "auc": float(roc_auc_score(y, probability)),
        "accuracy": float(accuracy_score(y, probability > 0.5)),
    }


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    choose_store()
    params = project_params.read()
    _, _, test = data.load(params["seed"], params["validation_size"])
    for name, value in evaluate(mlflow.sklearn.load_model(sys.argv[1]), test).items():
        print(f"test_{name} {value:.4f}")


if __name__ == "__main__":
    main()
