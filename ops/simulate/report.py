"""What ``simulate`` reports of each outcome."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ops.simulate.documents import Ended
from ops.simulate.messages import SeenMessage
from workstation.terminal import pluralize

_HEADINGS = ("", "kind", "outcome", "expected", "seen", "arrived")


class OutcomeReport(msgspec.Struct, rename="camel", frozen=True):
    """One outcome.

    ``arrived`` is ``message`` if it was seen on the results queue, ``ledger`` if only the ledger says that it was sent,
    and None if the document did not end. The verdicts are the answers to claims, in their order.
    """

    kind: str
    outcome: str
    document_id: str
    expected: str
    seen: str
    arrived: str | None
    expected_verdicts: list[str]
    seen_verdicts: list[str]
    as_expected: bool


class SimulateReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``simulate --json`` prints."""

    outcomes: list[OutcomeReport]
    differences: int


def outcome_report(
    ended: Ended, answers: list[str], message: SeenMessage | None, max_unknown_attempts: int
) -> OutcomeReport:
    """Compare what was seen with what was expected. ``answers`` are those to the claims."""
    case = ended.uploaded.case
    expected, seen = case.expected(max_unknown_attempts), ended.seen
    if message is not None and not message.is_marked:
        seen += ", with a message that is not marked as simulated"
    elif message is not None and message.end != seen.rpartition(", then ")[2]:
        seen += f", with the message {message.end}"
    arrived = "message" if message is not None else "ledger" if ended.ended else None
    as_expected = ended.ended and seen == expected and answers == list(case.answers)
    return OutcomeReport(
        case.kind, case.name, ended.document_id, expected, seen, arrived, list(case.answers), answers, as_expected
    )


def lines(report: SimulateReport) -> Iterator[tuple[str, str]]:
    """Yield the lines of the table, each with its style, and a summary."""
    rows = [_HEADINGS, *map(_row, report.outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    styles = ["bold", *("" if each.as_expected else "red" for each in report.outcomes)]
    for row, style in zip(rows, styles, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), style
    by_message = sum(each.arrived == "message" for each in report.outcomes)
    by_ledger = sum(each.arrived == "ledger" for each in report.outcomes)
    summary = (
        f"{pluralize(len(report.outcomes), 'outcome')}, {report.differences} not as expected. "
        f"{pluralize(by_message, 'message')} seen on the results queue; {by_ledger} not seen there, and sent according "
        "to the ledger."
    )
    yield summary, "bold"


def _row(each: OutcomeReport) -> tuple[str, ...]:
    expected, seen = (
        text + "".join(f"; {answer}" for answer in answers)
        for text, answers in ((each.expected, each.expected_verdicts), (each.seen, each.seen_verdicts))
    )
    return ("ok" if each.as_expected else "DIFFERS", each.kind, each.outcome, expected, seen, each.arrived or "no")
