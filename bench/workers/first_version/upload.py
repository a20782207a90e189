"""A worker that uploads as the first version does.

Run it as ``python -m bench.workers.first_version.upload OCR-URL``. It fetches and parses the public key once, which
most first versions would not do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.measurement.worker import serve_jobs
from bench.workers.first_version.answer import CreditCardAnswer
from bench.workers.first_version.client import Client


def main() -> None:
    """Serve ``upload BYTES COUNT``."""
    client = Client(sys.argv[1], "bench", "bench", "credit-card")

    def upload(size: int) -> Callable[[], object]:
        image = b"i" * size
        return lambda: CreditCardAnswer.model_validate_json(client.analyze(image)[0])

    serve_jobs({"upload": upload})


if __name__ == "__main__":
    main()
