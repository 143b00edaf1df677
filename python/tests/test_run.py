import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import benchmate
from benchmate import __main__ as send

from .engine_stub import RecordingServer

ROOT = Path(__file__).resolve().parent.parent


class ClientTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.work = self.folder / "work"
        self.work.mkdir()
        before = os.getcwd()
        os.chdir(self.work)
        self.addCleanup(os.chdir, before)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "BENCHMATE_"))}
        environment["BENCHMATE_DATA_DIR"] = str(self.folder / "data")
        # Were a proxy asked for the engine, nothing would arrive.
        environment["http_proxy"] = "http://127.0.0.1:9"
        self.environment = environment
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def serve(self, port=0):
        server = RecordingServer().start(port)
        self.addCleanup(server.stop)
        self.publish(server)
        return server

    def publish(self, server):
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        (data / "endpoint.json").write_text(json.dumps({"url": server.url, "token": server.token}))

    def spools(self):
        return list((self.folder / "data" / "python-spool").glob("*.jsonl"))


class Logging(ClientTest):
    def test_a_run_arrives_whole_and_leaves_no_spool_behind(self):
        server = self.serve()
        kept = self.work / "out"
        (kept / "deep").mkdir(parents=True)
        (kept / "deep" / "ä b#.txt").write_text("x")
        (self.work / "empty.bin").touch()
        with benchmate.run("first", params={"lr": 0.1, "model": {"depth": 3}}, project="churn", tags={"who": "me"}) as run:
            for value in (0.5, float("nan"), float("-inf")):
                run.log({"loss": value})
            run.log({"auc": 1}, step=10)
            run.tag("note", 7)
            run.artifact(kept, to="files")
            run.artifact("empty.bin")
        self.assertEqual(run.run_id, "run-0")
        stored = server.runs["run-0"]
        self.assertEqual((stored["experiment_id"], stored["run_name"], stored["status"]), ("churn", "first", "FINISHED"))
        self.assertEqual(stored["tags"], [{"key": "who", "value": "me"}])
        self.assertEqual(stored["params"], {"lr": "0.1", "model.depth": "3"})
        self.assertEqual(stored["metrics"], {("loss", 0.5, 0), ("loss", "NaN", 1), ("loss", "-Infinity", 2), ("auc", 1, 10)})
        self.assertEqual(stored["logged_tags"], {"note": "7"})
        self.assertEqual(
            server.files, {"1/run-0/artifacts/files/deep/%C3%A4%20b%23.txt": b"x", "1/run-0/artifacts/empty.bin": b""}
        )
        self.assertEqual(self.spools(), [])

    def test_more_than_one_request_may_hold(self):
        server = self.serve()
        with benchmate.run() as run:
            run.log({f"m{i}": i for i in range(2500)}, step=0)
            run.log_params({f"p{i}": i for i in range(250)})
        self.assertEqual(len(server.runs["run-0"]["metrics"]), 2500)
        self.assertEqual(len(server.runs["run-0"]["params"]), 250)

    def test_the_project_is_that_of_the_folder(self):
        server = self.serve()
        for name, line in (("plain", "name: plain # yes"), ("it: is", "name: 'it: is'"), ("Default", "other: 1")):
            (self.folder / "benchmate.yaml").write_text(f"id: abcdefgh\n{line}\n")
            with benchmate.run():
                pass
            self.assertEqual(list(server.runs.values())[-1]["experiment_id"], name)

    def test_an_exception_marks_the_run_and_goes_on_its_way(self):
        server = self.serve()
        for error, status in ((ValueError, "FAILED"), (KeyboardInterrupt, "KILLED"), (SystemExit, "FINISHED")):
            with self.assertRaises(error), benchmate.run():
                raise error
            self.assertEqual(list(server.runs.values())[-1]["status"], status)

    def test_one_refused_entry_costs_only_itself(self):
        server = self.serve()
        with self.assertLogs("benchmate", "WARNING") as logs, benchmate.run() as run:
            run.log({"a": 1, "b!": 2, "c": 3, "d": 4}, step=0)
        self.assertEqual({key for key, _, _ in server.runs["run-0"]["metrics"]}, {"a", "c", "d"})
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(self.spools(), [])

    def test_what_cannot_be_meant_is_an_error_at_once(self):
        self.serve()
        with benchmate.run() as run:
            with self.assertRaises((TypeError, ValueError)):
                run.log({"loss": "low"})
            with self.assertRaises(FileNotFoundError):
                run.artifact("nowhere")
        with self.assertRaises(RuntimeError):
            run.log({"loss": 1})


class Unreachable(ClientTest):
    def test_without_an_engine_the_run_goes_on_is_kept_and_can_be_sent_later(self):
        with self.assertLogs("benchmate", "WARNING") as logs, benchmate.run("lonely", params={"lr": 1}) as run:
            for step in range(200):
                run.log({"loss": step})
        self.assertEqual(len(logs.output), 2)
        self.assertIn("no engine is running", logs.output[0])
        self.assertIn("python -m benchmate", logs.output[1])
        [spool] = self.spools()
        if sys.platform != "win32":
            self.assertEqual(spool.stat().st_mode & 0o777, 0o600)
        self.assertEqual(send.main(), 10)
        server = self.serve()
        self.assertEqual(send.main(), 0)
        stored = server.runs["run-0"]
        self.assertEqual((stored["run_name"], stored["status"], len(stored["metrics"])), ("lonely", "FINISHED", 200))
        self.assertEqual(self.spools(), [])

    def test_a_restarted_engine_is_found_at_its_new_address(self):
        first = self.serve()
        with self.assertLogs("benchmate", "WARNING") as logs, benchmate.run() as run:
            run.log({"loss": 1})
            wait_until(lambda: first.runs.get("run-0", {}).get("metrics"))
            first.stop()
            run.log({"loss": 2})
            wait_until(lambda: logs.output)
            second = RecordingServer()
            second.runs = first.runs
            second.start()
            self.addCleanup(second.stop)
            self.publish(second)
        self.assertEqual(len(second.runs), 1)
        self.assertEqual(second.runs["run-0"]["metrics"], {("loss", 1.0, 0), ("loss", 2.0, 1)})
        self.assertEqual(second.runs["run-0"]["status"], "FINISHED")
        self.assertEqual(self.spools(), [])
        first.start()  # so that stopping it again is allowed

    def test_a_server_in_trouble_is_asked_again(self):
        server = self.serve()
        server.answers = [503, 500]
        with self.assertLogs("benchmate", "WARNING"), benchmate.run() as run:
            run.log({"loss": 1})
        self.assertEqual(server.runs["run-0"]["metrics"], {("loss", 1.0, 0)})

    def test_a_redirect_is_not_followed_with_the_token(self):
        server = self.serve()
        server.answers = [302] * 50
        with self.assertLogs("benchmate", "WARNING"), benchmate.run():
            pass
        self.assertEqual(server.runs, {})

    def test_an_endpoint_file_that_points_elsewhere_is_not_believed(self):
        (self.folder / "data").mkdir()
        (self.folder / "data" / "endpoint.json").write_text('{"url": "http://example.com:80", "token": "t"}')
        self.assertIsNone(benchmate.run.__globals__["find_endpoint"]())

    @unittest.skipIf(sys.platform == "win32", "there is no kill -9")
    def test_a_killed_process_leaves_what_it_logged_and_is_not_sent_while_it_lives(self):
        server = self.serve()
        script = "import benchmate, sys\nrun = benchmate.run('victim')\nrun.log({'a': 1})\nprint(flush=True)\nsys.stdin.read()"
        command = [sys.executable, "-c", script]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        environment = {**self.environment, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, env=environment, cwd=self.work, **pipes) as process:
            process.stdout.readline()
            wait_until(lambda: server.runs.get("run-0", {}).get("metrics"))
            self.assertEqual(send.main(), 0)
            self.assertEqual(len(self.spools()), 1)
            process.kill()
        self.assertEqual(send.main(), 0)
        self.assertEqual(list(server.runs), ["run-0"])
        self.assertEqual((server.runs["run-0"]["status"], server.runs["run-0"]["metrics"]), ("FAILED", {("a", 1.0, 0)}))
        self.assertEqual(self.spools(), [])


def wait_until(condition):
    import time

    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("It did not happen within 20 s.")
        time.sleep(0.005)


if __name__ == "__main__":
    unittest.main()
