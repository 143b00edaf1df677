"""`python -m benchmate`: sends what earlier runs could not send."""

from __future__ import annotations

import sys

from .endpoint import find_endpoint
from .http_client import HttpClient, Refused, Unreachable
from .sender import Sender
from .spool import left_over


def main() -> int:
    endpoint = find_endpoint()
    if endpoint is None:
        print("No engine is running: start it with `benchmate engine start`, then run this again.", file=sys.stderr)
        return 10
    sent = kept = 0
    for spool in left_over():
        with spool:
            sender = Sender(lambda sentence: print(sentence, file=sys.stderr), spool.append)
            events = spool.events()
            if events and events[-1]["event"] != "end":
                events.append({"event": "end", "status": "FAILED", "time": events[-1].get("time", _start_of(events))})
            try:
                sender.send(HttpClient(endpoint), events)
            except (Unreachable, Refused) as error:
                print(f"{spool.path} could not be sent and is kept: {error}", file=sys.stderr)
                kept += 1
                continue
            spool.remove()
            sent += 1
    print(f"{sent} run{'' if sent == 1 else 's'} sent, {kept} kept.")
    return 0 if kept == 0 else 10


def _start_of(events: "list[dict]") -> int:
    return next((event["time"] for event in reversed(events) if "time" in event), 0)


if __name__ == "__main__":
    sys.exit(main())
