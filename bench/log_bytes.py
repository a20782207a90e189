"""The bytes that the analyze function logs for each document that it reads: alone, and in a full batch.

    PYTHONPATH=functions python -m bench.log_bytes [--functions ../another-checkout/functions]

The function is warm, at its default log level, and every invocation has a trace. The lines of Lambda itself (``START``,
``END`` and ``REPORT``, about 300 bytes for each invocation) are not included. Lines of metrics are.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.measurement.sizes import KB
from bench.services.events import sqs_event
from bench.services.function_configuration import function_environment
from bench.services.invocation import invoke
from bench.services.local_services import LocalServices
from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess
from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ROOT

_BATCHES = (1, 10)
_SECONDS = 120


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def main() -> None:
    """Measure, and print a line for each size of batch."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--functions", type=Path, default=ROOT / "functions", help="the folder of the handlers")
    functions: Path = parser.parse_args().functions.resolve()
    isolate_aws_environment()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, LocalServices(Path(folder)) as services:
        for batch in _BATCHES:
            total, metrics = measure(services, functions, batch)
            print(f"{batch:>2} in a batch: {total:>6,.0f} bytes a document, {metrics:,.0f} of them metrics")


def measure(services: LocalServices, functions: Path, batch: int) -> tuple[float, float]:
    """Return the bytes for each document of a batch, and those of them that are lines of metrics."""
    log = services.folder / f"{batch}.log"
    environment = function_environment(services, services.ocr) | {"AWS_CA_BUNDLE": str(services.authorities)}
    configuration = FunctionConfiguration("analyze", "arn:bench", "analyze.handler", _SECONDS, environment, functions)
    process = FunctionProcess(configuration, log)
    try:
        # The first invocation also reads the secret and fetches a public key.
        invoke(process, sqs_event(batch, KB, _now()))
        before = log.stat().st_size
        invoke(process, sqs_event(batch, KB, _now()))
    finally:
        process.kill()
    written = log.read_bytes()[before:]
    metrics = sum(len(line) for line in written.splitlines(keepends=True) if b'"_aws"' in line)
    return len(written) / batch, metrics / batch


if __name__ == "__main__":
    main()
