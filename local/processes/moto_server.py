"""moto's server on a free port, as a process of its own that prints its URL as JSON on standard output."""

from __future__ import annotations

import json
import logging
import sys
import threading

from moto.server import ThreadedMotoServer

_SWITCH_SECONDS = 3600.0


def main() -> None:
    """Serve until the process is killed."""
    # moto changes its queues and tables without locks. Another thread could receive the same message between "is it
    # visible" and "now it is not", or lose a new one while a queue is rebuilt without a deleted message. With a long
    # switch interval, threads switch only where they wait for input or output, so each request is atomic.
    sys.setswitchinterval(_SWITCH_SECONDS)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)  # noqa: T201 - the parent reads it
    threading.Event().wait()


if __name__ == "__main__":
    main()
