"""What a redrive of uploads found and did: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ops.common.console import print_line
from ops.redrive.dead_letters import HELD_SECONDS, HIDDEN_SECONDS, ClassifiedDeadLetters
from ops.redrive.outlook import Outlook
from workstation.terminal import pluralize


class UploadsReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``redrive --json`` prints for uploads: dead letters by kind, what to expect of the first, what was sent.

    ``ended`` has the documents by their end, if they were followed.
    """

    redrivable: int
    parked: int
    malformed: int
    outlook: list[Outlook]
    sent: int = 0
    ended: dict[str, int] | None = None


def print_summary(found: ClassifiedDeadLetters, expected: Sequence[Outlook]) -> None:
    """Print what was found, and what would happen to it."""
    if not (found.redrivable or found.parked or found.malformed):
        print_line("The dead-letter queue has no visible message.")
        print_line(
            f"(Messages in flight become visible again within {HIDDEN_SECONDS // 60} minutes, or within "
            f"{HELD_SECONDS // 3600} hours if a redrive was interrupted while AWS moved others.)"
        )
        return
    print_line(f"{pluralize(len(found.redrivable), 'dead letter')} to send back.")
    for each in expected:
        print_line(f"  {each.sentence}.", "yellow" if each.waits else "")
    if found.parked:
        print_line(
            f"{pluralize(len(found.parked), 'dead letter')} of parked documents: the outcome of every permitted "
            "attempt is unknown, and each may have been billed. They stay, unless you pass --pay-again."
        )
    if found.malformed:
        print_line(
            f"{pluralize(len(found.malformed), 'dead letter')} with a part that is not an S3 event (the other parts "
            "were processed). They stay. Find out who sends them, and delete them by hand."
        )
