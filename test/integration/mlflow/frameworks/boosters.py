"""Autologging of scikit-learn's searches, XGBoost and LightGBM on real data: what the library did is what the engine tells."""

import lightgbm
import mlflow
import numpy
import xgboost
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

client = MlflowClient()
experiment = mlflow.set_experiment("boosters")
features, target = load_breast_cancer(return_X_y=True, as_frame=True)
features.columns = [name.replace(" ", "_") for name in features.columns]
train, test, train_target, test_target = train_test_split(features, target, random_state=0)


def the_model(run_id):
    run = mlflow.get_run(run_id)
    [output] = run.outputs.model_outputs
    model = mlflow.get_logged_model(output.model_id)
    assert model.status == "READY" and model.source_run_id == run_id, model
    return run, model


# A grid search: one parent, one child per candidate, the best estimator as a model.
mlflow.sklearn.autolog(max_tuning_runs=4, serialization_format="cloudpickle")
grid = GridSearchCV(
    make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
    {"logisticregression__C": [0.01, 0.1, 1.0, 10.0]},
    cv=3,
)
with mlflow.start_run() as parent:
    grid.fit(train, train_target)
    score = grid.score(test, test_target)
mlflow.sklearn.autolog(disable=True)
run = mlflow.get_run(parent.info.run_id)
assert run.data.params["best_logisticregression__C"] == str(grid.best_params_["logisticregression__C"])
assert run.data.metrics["best_cv_score"] == grid.best_score_
assert [value for key, value in run.data.metrics.items() if key.startswith("GridSearchCV_score")] == [score]
children = mlflow.search_runs(
    [experiment.experiment_id],
    f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
    order_by=["metrics.mean_test_score DESC"],
)
assert len(children) == 4, children
assert list(children["metrics.mean_test_score"]) == sorted(grid.cv_results_["mean_test_score"], reverse=True)
assert children["params.logisticregression__C"][0] == str(grid.best_params_["logisticregression__C"])
names = {file.path for file in client.list_artifacts(parent.info.run_id)}
assert {"cv_results.csv", "training_confusion_matrix.png", "estimator.html"} <= names, names
[best] = [o for o in run.outputs.model_outputs if mlflow.get_logged_model(o.model_id).name == "best_estimator"]
again = mlflow.sklearn.load_model(f"models:/{best.model_id}")
assert (again.predict(test) == grid.predict(test)).all()

# XGBoost's own training loop: params, a metric per boosting round, importances, the model.
mlflow.xgboost.autolog()
with mlflow.start_run() as run:
    booster = xgboost.train(
        {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "max_depth": 3, "eta": 0.3, "nthread": 1},
        xgboost.DMatrix(train, train_target),
        num_boost_round=20,
        evals=[(xgboost.DMatrix(test, test_target), "test")],
        evals_result=(results := {}),
        early_stopping_rounds=5,
        verbose_eval=False,
    )
mlflow.xgboost.autolog(disable=True)
run, model = the_model(run.info.run_id)
assert run.data.params["max_depth"] == "3" and run.data.params["num_boost_round"] == "20", run.data.params
history = client.get_metric_history(run.info.run_id, "test-logloss")
by_step = {point.step: point.value for point in history}
assert [by_step[step] for step in range(len(results["test"]["logloss"]))] == results["test"]["logloss"]
assert run.data.metrics["stopped_iteration"] == len(results["test"]["logloss"]) - 1
assert {file.path for file in client.list_artifacts(run.info.run_id)} >= {
    "feature_importance_weight.json",
    "feature_importance_weight.png",
}
loaded = mlflow.pyfunc.load_model(f"models:/{model.model_id}")
assert numpy.array_equal(loaded.predict(test), booster.predict(xgboost.DMatrix(test)))
contexts = {entry.dataset.name: entry.tags[0].value for entry in run.inputs.dataset_inputs}
assert contexts == {"dataset": "train", "test": "eval"}, contexts

# LightGBM the same way.
mlflow.lightgbm.autolog()
with mlflow.start_run() as run:
    data = lightgbm.Dataset(train, train_target)
    booster = lightgbm.train(
        {"objective": "binary", "metric": ["binary_logloss"], "num_leaves": 7, "verbosity": -1, "num_threads": 1},
        data,
        num_boost_round=15,
        valid_sets=[lightgbm.Dataset(test, test_target, reference=data)],
        valid_names=["test"],
        callbacks=[lightgbm.record_evaluation(recorded := {})],
    )
mlflow.lightgbm.autolog(disable=True)
run, model = the_model(run.info.run_id)
assert run.data.params["num_leaves"] == "7"
history = sorted(client.get_metric_history(run.info.run_id, "test-binary_logloss"), key=lambda point: point.step)
assert [point.value for point in history if point.step < 15][-15:] == recorded["test"]["binary_logloss"]
assert numpy.array_equal(mlflow.lightgbm.load_model(f"models:/{model.model_id}").predict(test), booster.predict(test))

print("passed")
