"""A client of the Hub in a process of its own: reads orders as JSON lines, publishes, and answers with JSON lines."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from silverner.dataset_cards.publishing import Hub, prepare, publish
from silverner.projection.errors import SilvernerError


def main() -> None:
    time.sleep = lambda seconds: None  # the client's own waits between tries would take minutes
    for line in sys.stdin:
        order = json.loads(line)
        branch = order.get("branch", "main")
        try:
            hub = Hub(order["repo"], private=order.get("private", False), pause=0.001)
            ready = prepare(
                Path(order["folder"]), hub, branch=branch, date="2026-01-31", prune=order.get("prune", False)
            )
            answer = {"plan": ready.plan.lines(), "advice": ready.advice}
            if not order.get("dry"):
                outcome = publish(ready, hub, branch=branch)
                answer |= {"commit": outcome.commit, "committed": outcome.committed, "tagged": outcome.tagged}
        except SilvernerError as error:
            answer = {"error": str(error), "kind": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
