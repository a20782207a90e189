"""The measured processes still do their work: `make bench` itself takes too long for a test."""

import pytest

from bench.benchmarks.document import aws_calls_of_one_document
from bench.measurement.worker import Worker
from bench.services.function_configuration import function_environment
from bench.services.local_services import LocalServices
from local.processes.child import ROOT


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with LocalServices(tmp_path_factory.mktemp("bench")) as services:
        services.ocr.set_barrier(1)
        yield services


@pytest.mark.parametrize("tokens", [False, True], ids=["secretKey", "tokens"])
def test_a_whole_document_is_handled(services, tokens) -> None:
    environment = function_environment(services, services.ocr, tokens=tokens) | {
        "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"
    }
    with Worker.python("bench.workers.whole_document", environment=environment) as function:
        calls = aws_calls_of_one_document(services, function, 1000)

    assert {call["operation"] for call in calls} == {"GetObject", "SendMessage", "UpdateItem"}
