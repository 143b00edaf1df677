"""A real HTTP server that keeps what the client sends, as strict as the engine about form. For tests of one process alone."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RecordingServer:
    def __init__(self, token="t" * 43):
        self.token = token
        self.runs = {}
        self.files = {}
        self.requests = []
        self.answers = []  # statuses for the next requests, before the ordinary answers
        self._http = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self, port=0):
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def stop(self):
        self._http.shutdown()
        self._http.server_close()

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append((self.command, self.path, dict(self.headers)))
                if server.answers:
                    return self._reply(server.answers.pop(0), {"error_code": "INTERNAL_ERROR", "message": "as asked"})
                if self.headers.get("Authorization") != f"Bearer {server.token}":
                    return self._reply(401, {"error_code": "UNAUTHENTICATED", "message": "The token is wrong."})
                return self._reply(*server.take(self.command, self.path, body))

            do_GET = do_POST = do_PUT = _answer

            def _reply(self, status, content):
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_args):
                pass

        return Handler

    def take(self, method, path, body):
        if method == "PUT":
            self.files[path.split("/artifacts/", 1)[1]] = body
            return 200, {}
        route = path.removeprefix("/api/2.0/mlflow/")
        if route.startswith("experiments/get-by-name"):
            return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "There is no such experiment."}
        content = json.loads(body)
        if route == "experiments/create":
            return 200, {"experiment_id": content["name"]}
        if route == "runs/create":
            run_id = f"run-{len(self.runs)}"
            self.runs[run_id] = {**content, "metrics": set(), "params": {}, "logged_tags": {}, "status": "RUNNING"}
            return 200, {"run": {"info": {"run_id": run_id, "artifact_uri": f"mlflow-artifacts:/1/{run_id}/artifacts"}}}
        run = self.runs[content["run_id"]]
        if route == "runs/update":
            run["status"] = content["status"]
            return 200, {}
        if len(content["metrics"]) > 1000 or any("!" in metric["key"] for metric in content["metrics"]):
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid metric."}
        run["metrics"].update((m["key"], m["value"], m["step"]) for m in content["metrics"])
        run["params"].update({p["key"]: p["value"] for p in content["params"]})
        run["logged_tags"].update({t["key"]: t["value"] for t in content["tags"]})
        return 200, {}
