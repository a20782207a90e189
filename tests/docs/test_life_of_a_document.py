"""The table of ``docs/life-of-a-document.md`` agrees with the code: every result code, figure and alarm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from sealed_ocr.analysis.backoff import FIRST_WAIT, JITTER, LONGEST_WAIT
from sealed_ocr.analysis.messages import RejectionCode
from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.ocr import result_codes
from sealed_ocr.runtime.settings import LEASE_MARGIN_SECONDS

from infra import limits

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "life-of-a-document.md").read_text()
# result code | meaning | class | what happens | wait | ends | metric → alarm
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.partition("| result code |")[2].partition("\n\n")[0].splitlines()[2:]
]
CODES = {int(row[0].strip("`")): row for row in ROWS if re.fullmatch(r"`-?\d+`", row[0])}
ENDS = {
    "Rejected": "rejected, `",
    "StaleKey": "dead letter after",
    "StaleCredentials": "dead letter after",
    "ConfigurationFault": "dead letter after",
    "EngineFailed": "rejected, `",
    "StaleToken": "dead letter after",
    "LimitExceeded": "dead letter after",
    "Transient": "dead letter after",
    "ContractFault": "dead letter after",
    "RequestKeyInvalid": "dead letter after",
    "CardLocked": "dead letter after",
}
METRICS = {
    "Rejected": "`Rejected`",
    "StaleKey": "`PublicKeyFetched`; then `Transient`",
    "StaleCredentials": "`ConfigurationError`",
    "ConfigurationFault": "`ConfigurationError`",
    "EngineFailed": "`Transient`",
    "StaleToken": "`ConfigurationError`",
    "LimitExceeded": "`LimitExceeded`",
    "Transient": "`Transient`",
    "ContractFault": "`ContractError`",
    "RequestKeyInvalid": "–",
    "CardLocked": "–",
}


def test_every_row_has_every_cell() -> None:
    assert {len(row) for row in ROWS} == {7}


def test_every_result_code_has_its_row_with_its_class() -> None:
    listed = {code: row[2].strip("`") for code, row in CODES.items() if code != result_codes.SUCCESS}
    assert listed == {code: type(result_codes.failure(code)).__name__ for code in result_codes.RESULT_CODES}


def test_codes_are_sorted_and_none_comes_twice() -> None:
    shown = [int(row[0].strip("`")) for row in ROWS if re.fullmatch(r"`-?\d+`", row[0])]
    assert shown == sorted(set(shown))


def test_a_code_that_is_not_listed_has_the_class_of_the_row_for_any_other_code() -> None:
    (other,) = [row for row in ROWS if row[0] == "any other code"]
    assert other[2] == f"`{type(result_codes.failure(-1)).__name__}`"


@pytest.mark.parametrize("code", sorted(CODES.keys() - {result_codes.SUCCESS}))
def test_codes_of_one_class_end_in_the_same_way_and_are_counted_alike(code: int) -> None:
    _, _, kind, _, wait, ends, metric = CODES[code]
    name = kind.strip("`")
    assert ends.startswith(ENDS[name])
    assert metric.startswith(METRICS[name])
    assert (wait == "–") is (name == "Rejected")


def test_every_rejection_has_its_row() -> None:
    assert {code for row in ROWS for code in re.findall(r"rejected, `([a-z-]+)`", row[5])} == {*get_args(RejectionCode)}


def test_every_alarm_of_the_table_has_its_paragraph() -> None:
    chapter = (DOCS / "operations.md").read_text().split("\n## Alarms\n")[1].split("\n## ")[0]
    lists = re.findall(r"^### (.+)$|^(?:Parts?: |Also )([^.]+)\.", chapter, re.MULTILINE)
    alarms = {name for found in lists for name in re.findall(r"`([a-z0-9-]+)`", "".join(found))}
    named = {name for row in ROWS for name in re.findall(r"→ `([a-z-]+)`", row[6])}
    assert named
    assert named <= alarms


def test_every_metric_of_the_table_is_one_that_the_functions_count() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([A-Z]\w+)`", row[6])}
    # Lambda's own metric.
    assert named - {"Errors"} <= {*Metric}
    assert {Metric.TRANSIENT, Metric.CONFIGURATION_ERROR, Metric.CONTRACT_ERROR, Metric.POSSIBLY_BILLED} <= named


def test_every_reason_of_a_dead_letter_is_named() -> None:
    assert {reason for reason in DeadLetterReason if f"`{reason}`" in PAGE} == {*DeadLetterReason}


def test_the_figures_are_those_of_the_code() -> None:
    said = " ".join(PAGE.split())
    minutes, percent = LONGEST_WAIT // 60, round(JITTER * 100)
    assert f"{FIRST_WAIT} s · 2^(n−1) for the n-th delivery, at most {minutes} minutes, plus up to {percent}%" in said
    deliveries = set(re.findall(r"(\d+) deliveries", said))
    assert deliveries == {str(limits.UPLOADS_MAX_RECEIVES)}
    assert limits.UPLOADS_MAX_RECEIVES == 30
    lease = limits.ANALYZE_TIMEOUT_SECONDS + LEASE_MARGIN_SECONDS
    assert f"out of time ({limits.ANALYZE_TIMEOUT_SECONDS} s)" in said
    assert f"the lease of {lease} s" in said
    assert f"a whole call ({limits.ANALYZE_CALL_TIMEOUT_SECONDS} s)" in said
    assert f"{limits.UPLOADS_VISIBILITY_SECONDS // 60} min (the queue's visibility time-out)" in said
    assert (FAILURE_THRESHOLD, PROBE_SECONDS) == (3, 15 * 60)
    assert "after three unknown outcomes in a row" in said
    assert "nobody has tried for 15 minutes" in said
