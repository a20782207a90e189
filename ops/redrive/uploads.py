"""Sends the dead letters of the uploads queue back to it, except parked documents and malformed events."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import typer
from sealed_ocr.aws.errors import AwsError, ConditionFailed

from ops.common.ceilings import Ceiling, read_ceilings
from ops.common.console import confirm, print_line, progress_bar
from ops.common.errors import OpsError
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack
from ops.redrive.dead_letters import (
    HELD_SECONDS,
    ClassifiedDeadLetters,
    DeadLetter,
    classify,
    receive_all,
    set_visibility,
)
from ops.redrive.follow import follow
from ops.redrive.move_task import MoveTask, explain_interrupt, move_one_by_one
from ops.redrive.outlook import outlook
from ops.redrive.summary import UploadsReport, print_summary
from workstation.terminal import pluralize

_HELD_HOURS = HELD_SECONDS // 3600


def redrive_uploads(
    stack: DeployedStack,
    *,
    pay_again: bool,
    yes: bool,
    per_second: int | None,
    dry_run: bool = False,
    following: bool = False,
) -> UploadsReport:
    """Receive all dead letters, keep back those that must stay, and send the others to the uploads queue.

    With ``dry_run`` nothing is sent. With ``following`` the command waits until what was sent has ended.

    Raises
    ------
    OpsError
        If a move task is already running, or ends before all messages are moved, or would take messages that stay.
    AwsError
        If SQS or DynamoDB fails or refuses.
    """
    sqs, outputs = stack.clients.sqs, stack.outputs
    source = outputs.uploads_dead_letter_queue_url
    task = MoveTask(sqs, source, outputs.uploads_queue_url)
    use_task = task.is_supported()
    held: dict[str, DeadLetter] = {}
    sending: list[DeadLetter] = []
    try:
        with progress_bar() as bar:
            reading = bar.add_task("reading the dead letters", total=None)
            for dead_letter in receive_all(sqs, source):
                held[dead_letter.message_id] = dead_letter
                bar.update(reading, completed=len(held))
        ledger = OperatorLedger(stack.clients.dynamodb, outputs.documents_table_name, stack.clock)
        found = classify(held.values(), ledger)
        expected = outlook(found.redrivable, found.items, stack.clock(), _ceilings(stack) if found.redrivable else ())
        report = UploadsReport(len(found.redrivable), len(found.parked), len(found.malformed), expected)
        print_summary(found, expected)
        if dry_run:
            print_line("Nothing was sent (--dry-run).")
            return report
        sending = _agreed(found, ledger, pay_again=pay_again, yes=yes)
        if not sending:
            return report
        with progress_bar() as bar:
            progress = bar.add_task("sending back", total=len(sending))
            if use_task:
                moving = {dead_letter.message_id for dead_letter in sending}
                staying = {message_id: held[message_id] for message_id in held.keys() - moving}
                require_time(len(sending), per_second)
                if set_visibility(sqs, source, staying.values(), HELD_SECONDS):
                    raise OpsError("dead letters that must stay became visible meanwhile; run the command again")
                held = staying
                set_visibility(sqs, source, sending, 0)
                for moved in explain_interrupt(task.run(per_second)):
                    bar.update(progress, completed=moved)
            else:
                for dead_letter in move_one_by_one(sqs, source, outputs.uploads_queue_url, sending):
                    del held[dead_letter.message_id]
                    bar.advance(progress)
        print_line(f"Sent back: {pluralize(len(sending), 'dead letter')}.")
    finally:
        if not task.may_be_running:
            set_visibility(sqs, source, held.values(), 0)
        elif held:
            hidden = f"{pluralize(len(held), 'dead letter')}, hidden for {_HELD_HOURS} hours"
            print_line(f"The task may be running. It cannot take what stays: {hidden}.")
    report = msgspec.structs.replace(report, sent=len(sending))
    return _follow(stack, ledger, sending, report) if following else report


def _ceilings(stack: DeployedStack) -> Collection[Ceiling]:
    """Return the stage's ceilings. A redrive needs them only to say what will wait, so it goes on without them."""
    try:
        return read_ceilings(stack, stack.clock()).values()
    except AwsError as error:
        print_line(f"Whether a ceiling on calls holds documents back is not known: {error}.", "yellow")
        return ()


def _follow(
    stack: DeployedStack, ledger: OperatorLedger, sent: Sequence[DeadLetter], report: UploadsReport
) -> UploadsReport:
    ids = {upload.document.document_id for each in sent for upload in each.uploads}
    print_line(f"Following {pluralize(len(ids), 'document')} until each has ended. Ctrl-C ends only the following.")
    ended = follow(ledger, ids, stack.clock)
    print_line(f"All have ended: {', '.join(f'{number} {end}' for end, number in sorted(ended.items()))}.")
    return msgspec.structs.replace(report, ended=dict(ended))


def require_time(sending: int, per_second: int | None) -> None:
    """Raise ``OpsError`` if a move task of ``sending`` messages may outlast the time for which messages can be held."""
    if per_second and sending / per_second > HELD_SECONDS:
        raise OpsError(
            f"at this rate the move takes more than {_HELD_HOURS} hours, the longest for which the dead letters that "
            "stay can be hidden from it; raise --per-second"
        )


def _agreed(found: ClassifiedDeadLetters, ledger: OperatorLedger, *, pay_again: bool, yes: bool) -> list[DeadLetter]:
    """Return the dead letters that the operator agrees to send. Exit if it is none of the redrivable ones."""
    if found.redrivable and not confirm(f"Send back {pluralize(len(found.redrivable), 'dead letter')}?", yes=yes):
        raise typer.Exit(1)
    return found.redrivable + (_free_parked(found.parked, ledger, yes=yes) if pay_again else [])


def _free_parked(parked: list[DeadLetter], ledger: OperatorLedger, *, yes: bool) -> list[DeadLetter]:
    question = (
        f"{pluralize(len(parked), 'parked document')}: each may have been paid for at both of its attempts, and may "
        "now be paid for a third time. Free and send?"
    )
    if not parked or not confirm(question, yes=yes):
        return []
    return [dead_letter for dead_letter in parked if _free(dead_letter, ledger)]


def _free(dead_letter: DeadLetter, ledger: OperatorLedger) -> bool:
    if dead_letter.document_id is None:
        return False
    try:
        ledger.free(dead_letter.document_id, "redrive", alone=True)
    except ConditionFailed:
        # Another attempt is under way.
        return False
    return True
