"""moto's server on a free port, as a process of its own that prints its URL as JSON on standard output."""

from __future__ import annotations

import json
import logging
import sys
import threading

from moto.server import ThreadedMotoServer

_UNINTERRUPTED = 3600.0


def main() -> None:
    """Serve until the process is ended."""
    # moto changes its queues and tables without locks: between "is it visible" and "now it is not", or while a queue
    # is rebuilt without a deleted message, another thread would receive the same message or lose a new one. Threads
    # that change over only where they wait for input or output make each request whole.
    sys.setswitchinterval(_UNINTERRUPTED)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)  # noqa: T201 - the starter reads it
    threading.Event().wait()


if __name__ == "__main__":
    main()
