"""The trace of an invocation is in the first line of each attempt, and goes on to SQS with each message."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.support.analyze_function import AnalyzeProcess
from tests.support.documents import draw
from tests.support.log_lines import lines_of
from tests.support.proxy import Proxy
from tests.support.stage import Stage


def test_lines_and_messages_name_the_trace_of_their_invocation(
    start: Callable[..., AnalyzeProcess], stage: Stage, proxy: Proxy
) -> None:
    function = start()
    for number in range(2):
        stage.announce(stage.upload(draw(), f"id-card/{number}.png"))
        assert function.deliver()[1] == 0
    sent = proxy.made("SendMessage", stage.results_queue.name)
    # botocore adds the header, for Lambda's detection of loops. SQS makes it the attribute AWSTraceHeader.
    roots = [dict(part.split("=") for part in call.trace.split(";"))["Root"] for call in sent]
    assert len(roots) == len(set(roots)) == 2
    logged = [line["traceId"] for line in lines_of(function.log.read_text()) if line["event"] == "attempt.started"]
    assert roots == logged
    # The value that Lambda gives is more than a trace, so it is not sent as the attribute itself.
    assert all("Lineage" in call.trace for call in sent)
    assert "AWSTraceHeader" not in json.dumps([call.request for call in sent])
