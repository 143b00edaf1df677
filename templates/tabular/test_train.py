"""What must hold before anybody trusts a number: run with `python -m unittest`."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import mlflow
import numpy as np
from mlflow.entities import RunStatus
from sklearn.metrics import log_loss

import data
import params as project_params
import train

HERE = Path(__file__).resolve().parent
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # the tests log to temporary folders


class Data(unittest.TestCase):
    def test_the_split_is_reproducible_and_keeps_the_class_shares(self):
        parts, again = data.load(7, 0.25), data.load(7, 0.25)
        for part, same in zip(parts, again):
            np.testing.assert_array_equal(part.x, same.x)
            self.assertAlmostEqual(part.y.mean(), parts[0].y.mean(), places=1)

    def test_no_row_is_in_two_parts_and_none_is_lost(self):
        rows = [row for part in data.load(7, 0.25) for row in part.x.index]
        self.assertEqual(sorted(rows), list(range(569)))

    def test_the_test_rows_do_not_depend_on_the_seed(self):
        self.assertEqual(list(data.load(7, 0.25)[2].x.index), list(data.load(8, 0.5)[2].x.index))


class Params(unittest.TestCase):
    def test_an_override_keeps_its_type(self):
        self.assertEqual(project_params.read(["learning_rate=0.05"])["learning_rate"], 0.05)
        self.assertEqual(project_params.read(["learning_rate=5e-2"])["learning_rate"], 0.05)
        self.assertEqual(project_params.read(["max_depth=2"])["max_depth"], 2)

    def test_dots_reach_into_sections(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "params.yaml")
            file.write_text("model:\n  lr: 0.1\n", encoding="utf-8")
            self.assertEqual(project_params.flatten(project_params.read(["model.lr=1e-3"], file)), {"model.lr": 0.001})

    def test_an_unknown_key_is_refused_with_the_known_ones(self):
        for override in ("learning_rat=0.05", "learning_rate.x=1", "learning_rate"):
            with self.assertRaisesRegex(SystemExit, "learning_rate, max_depth"):
                project_params.read([override])


class Training(unittest.TestCase):
    def test_stage_metrics_equal_the_models_own_predictions(self):
        with tempfile.TemporaryDirectory() as folder:
            mlflow.set_tracking_uri(Path(folder).as_uri())
            self.addCleanup(mlflow.set_tracking_uri, None)
            run_id = train.train({**project_params.read(), "n_estimators": 5, "subsample": 1.0})
            client = mlflow.MlflowClient()
            history = client.get_metric_history(run_id, "val_loss")
            self.assertEqual([point.step for point in history], [1, 2, 3, 4, 5])
            self.assertLess(history[-1].value, history[0].value)
            run = client.get_run(run_id)
            self.assertEqual((run.info.status, run.data.params["epochs"]), ("FINISHED", "5"))
            self.assertGreater(run.data.metrics["val_auc"], 0.9)
            self.assertGreater(run.data.metrics["test_auc"], 0.9)
            _, validation, test = data.load(7, 0.25)
            loaded = mlflow.sklearn.load_model(f"runs:/{run_id}/model")
            own = log_loss(validation.y, loaded.predict_proba(validation.x))
            self.assertAlmostEqual(history[-1].value, own, places=6)
            self.assertAlmostEqual(run.data.metrics["test_loss"], log_loss(test.y, loaded.predict_proba(test.x)), places=6)

    @unittest.skipIf(sys.platform == "win32", "Windows cannot ask a process to end")
    def test_a_run_that_is_asked_to_stop_is_killed_not_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "MLFLOW_TRACKING_URI": Path(folder).as_uri()}
            command = [sys.executable, str(HERE / "train.py"), "--set", "n_estimators=100000"]
            with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                self.addCleanup(process.kill)
                while not list(Path(folder).glob("*/*/metrics/val_loss")):
                    self.assertIsNone(process.poll(), "It ended before it began.")
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(timeout=30), 128 + signal.SIGTERM)
            # Not by mlflow: its folders cannot be read when the signal came in the middle of writing a metric.
            (run,) = Path(folder).glob("*/*/meta.yaml")
            self.assertIn(f"\nstatus: {RunStatus.from_string('KILLED')}\n", run.read_text())


if __name__ == "__main__":
    unittest.main()
