"""The worker that uploads as the first version does: ``python -m bench.workers.first_version.upload OCR-URL``.

The public key is fetched and read once, which is kinder than most first versions are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.measurement.worker import repeat
from bench.workers.first_version.answer import CreditCardAnswer
from bench.workers.first_version.client import Client


def main() -> None:
    """Serve ``upload BYTES COUNT``."""
    client = Client(sys.argv[1], "bench", "bench", "credit-card")

    def upload(size: int) -> Callable[[], object]:
        image = b"i" * size
        return lambda: CreditCardAnswer.model_validate_json(client.analyze(image)[0])

    repeat({"upload": upload})


if __name__ == "__main__":
    main()
