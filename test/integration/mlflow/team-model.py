"""A model that one device registers (`train`) and another loads by its alias (`load`), with the stock client on either."""

import sys

import mlflow
import numpy
from mlflow.tracking import MlflowClient
from sklearn.linear_model import LinearRegression

points = numpy.arange(12.0).reshape(6, 2)

if sys.argv[1] == "train":
    mlflow.set_experiment("wine")
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            LinearRegression().fit(points, points.sum(axis=1)), name="wine", registered_model_name="wine"
        )
    MlflowClient().set_registered_model_alias("wine", "champion", "1")
else:
    predicted = mlflow.pyfunc.load_model("models:/wine@champion").predict(points)
    assert numpy.allclose(predicted, points.sum(axis=1)), predicted
    assert mlflow.sklearn.load_model("models:/wine/1").coef_.shape == (2,)
    # A copy, which is how MLflow promotes from one registered model to another, has the same files.
    MlflowClient().copy_model_version("models:/wine@champion", "wine-production")
    assert mlflow.sklearn.load_model("models:/wine-production/1").coef_.shape == (2,)
    print("loaded")
