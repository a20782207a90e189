"""What ``simulate`` expects of each outcome, and what it reports."""

from __future__ import annotations

import msgspec
import pytest
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.common.kinds import Kind
from sealed_ocr.simulation.outcomes import names, outcome_of
from sealed_ocr.simulation.verdicts import VERDICTS

from ops.simulate.cases import Case, cases
from ops.simulate.documents import Ended, Uploaded
from ops.simulate.messages import MessageData, MessageDocument, MessageRejection, SeenMessage
from ops.simulate.report import SimulateReport, lines, outcome_report
from tests.support.consumer_keys import ec_key, jwk_set, public
from tests.support.sealing import message as sealed_message
from tests.support.sealing import rejection

pytestmark = pytest.mark.unit

CASES = list(cases())


def case(name: str, kind: str = "id-card") -> Case:
    (found,) = (each for each in CASES if each.name == name and each.kind == kind)
    return found


def test_every_outcome_and_every_verdict_is_driven() -> None:
    for kind in Kind:
        assert {each.name for each in CASES if each.kind is kind} >= {*names(kind)}
    driven = {outcome_of(each.kind, f"{each.folder}/a.png").verdict for each in CASES}
    assert driven == {*VERDICTS, ""}
    assert len({(each.kind, each.name) for each in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("name", "twice", "once"),
    [
        ("analyzed-driver", "analyzed", "analyzed"),
        ("rejected-4000121", "rejected 4000121", "rejected 4000121"),
        ("rejected-5003023", "5003023, then rejected 5003023", "rejected 5003023"),
        ("delayed", "OutcomeUnknown, OutcomeUnknown, then delayed", "OutcomeUnknown, then delayed"),
        ("lost", "OutcomeUnknown, then analyzed", "OutcomeUnknown, then delayed"),
        ("engine-failed", "5003023, then analyzed", "rejected 5003023"),
        ("limit", "4000006, then analyzed", "4000006, then analyzed"),
        ("unavailable", "5000001, then analyzed", "5000001, then analyzed"),
        ("misconfigured", "4000403, then analyzed", "4000403, then analyzed"),
    ],
)
def test_the_expectation_follows_from_the_attempts_that_the_stage_allows(name: str, twice: str, once: str) -> None:
    assert (case(name).expected(2), case(name).expected(1)) == (twice, once)


def test_the_claim_is_that_of_the_card_unless_it_is_altered() -> None:
    key = "id-card/simulate/analyzed-resident/a.png"
    own, altered = case("analyzed-resident").claim(key), case("analyzed-resident, another name").claim(key)
    assert own["name"] == "홍길동"
    assert altered == own | {"name": "임꺽정"}


def ended(name: str, seen: str, *, is_over: bool = True) -> Ended:
    return Ended(Uploaded(case(name), "key", ("0" * 32,)), "0" * 32, seen, is_over)


def message(word: str, code: int | None = None, *, marked: bool = True) -> SeenMessage:
    rejection = None if code is None else MessageRejection(code)
    return SeenMessage("0" * 32, f"sealed-ocr.document.{word}.v1", MessageData(MessageDocument(marked), rejection))


@pytest.mark.parametrize(
    ("name", "seen", "answers", "found", "arrived", "as_expected"),
    [
        ("unavailable", "5000001, then analyzed", [], message("analyzed"), "message", True),
        ("unavailable", "5000001, then analyzed", [], None, "ledger", True),
        # The failure of the outcome did not happen.
        ("unavailable", "analyzed", [], message("analyzed"), "message", False),
        ("unavailable", "5000001, then analyzed", [], message("delayed"), "message", False),
        ("unavailable", "5000001, then analyzed", [], message("analyzed", marked=False), "message", False),
        ("rejected-4000121", "rejected 4000121", [], message("rejected", 4000121), "message", True),
        ("rejected-4000121", "rejected 4000121", [], message("rejected", 4000002), "message", False),
        ("rejected-4000121", "rejected 4000121", [], message("rejected"), "message", False),
        ("analyzed-driver", "analyzed", ["true"], None, "ledger", True),
        ("analyzed-driver", "analyzed", ["false"], None, "ledger", False),
        ("analyzed-driver", "analyzed", [], None, "ledger", False),
    ],
)
def test_a_difference_is_seen(
    name: str, seen: str, answers: list[str], found: SeenMessage | None, arrived: str, as_expected: bool
) -> None:
    report = outcome_report(ended(name, seen), answers, found, 2)
    assert (report.arrived, report.as_expected) == (arrived, as_expected)


def test_a_document_that_did_not_end_differs() -> None:
    report = outcome_report(ended("limit", "4000006, then free", is_over=False), [], None, 2)
    assert (report.arrived, report.as_expected, report.seen) == (None, False, "4000006, then free")


def test_the_table_names_what_differs() -> None:
    reports = [
        outcome_report(ended("analyzed-driver", "analyzed"), ["true"], message("analyzed"), 2),
        outcome_report(ended("lost", "OutcomeUnknown, then delayed"), [], None, 2),
    ]
    head, *rows, summary = [line for line, _ in lines(SimulateReport(reports, 1))]
    assert head.split() == ["kind", "outcome", "expected", "seen", "arrived"]
    assert [row.split()[0] for row in rows] == ["ok", "DIFFERS"]
    assert "analyzed; true" in rows[0]
    assert summary.startswith("2 outcomes, 1 not as expected. 1 message seen on the results queue; 1 not seen there")


def test_a_message_that_is_sealed_to_its_consumer_is_compared_too() -> None:
    encoder = message_encoder(jwk_set(public(ec_key())))
    for sent, end in ((sealed_message(), "analyzed"), (rejection("ocr-rejected", 4000121), "rejected 4000121")):
        seen = msgspec.json.decode(encoder.encode(sent).body, type=SeenMessage)
        assert (seen.document_id, seen.end, seen.is_marked) == ("0" * 32, end, False)
