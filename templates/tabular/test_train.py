"""What must hold before anybody trusts a number: run with `python -m unittest`."""

import os
import tempfile
import unittest
from pathlib import Path

import mlflow
import numpy as np
from sklearn.metrics import log_loss

import data
import params as project_params
import train


os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # the test logs to a temporary folder


class Data(unittest.TestCase):
    def test_the_split_is_reproducible_and_keeps_the_class_shares(self):
        first, again = data.load(7, 0.25), data.load(7, 0.25)
        for left, right in zip(first, again):
            np.testing.assert_array_equal(left, right)
        self.assertAlmostEqual(first[2].mean(), first[3].mean(), places=2)

    def test_no_row_is_in_both_parts(self):
        x_train, x_val, _, _ = data.load(7, 0.25)
        self.assertEqual(set(x_train.index) & set(x_val.index), set())


class Params(unittest.TestCase):
    def test_an_override_keeps_its_type(self):
        self.assertEqual(project_params.read(["learning_rate=0.05"])["learning_rate"], 0.05)

    def test_an_unknown_key_is_refused_with_the_known_ones(self):
        with self.assertRaisesRegex(SystemExit, "learning_rate"):
            project_params.read(["learning_rat=0.05"])


class Training(unittest.TestCase):
    def test_stage_metrics_equal_the_models_own_predictions(self):
        with tempfile.TemporaryDirectory() as folder:
            mlflow.set_tracking_uri(Path(folder).as_uri())
            run_id = train.train({**project_params.read(), "n_estimators": 5, "subsample": 1.0})
            client = mlflow.MlflowClient()
            history = client.get_metric_history(run_id, "val_loss")
            self.assertEqual([point.step for point in history], [1, 2, 3, 4, 5])
            self.assertLess(history[-1].value, history[0].value)
            self.assertGreater(client.get_run(run_id).data.metrics["val_auc"], 0.9)
            _, x_val, _, y_val = data.load(7, 0.25)
            loaded = mlflow.sklearn.load_model(f"runs:/{run_id}/model")
            self.assertAlmostEqual(history[-1].value, log_loss(y_val, loaded.predict_proba(x_val)), places=6)


if __name__ == "__main__":
    unittest.main()
