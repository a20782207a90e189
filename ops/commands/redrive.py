"""``redrive``: dead letters back to the uploads queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from sealed_ocr.aws.errors import ConditionFailed

from ops.commands.options import Yes, stack_of
from ops.console import agreed, counted, progress, say
from ops.documents import Documents
from ops.letters import IN_HAND_SECONDS, Letter, Sorted, hold, sort, take
from ops.moving import MoveTask, one_by_one

PayAgain = Annotated[bool, typer.Option("--pay-again", help="Free the parked documents too, and send them.")]
PerSecond = Annotated[
    int | None, typer.Option(min=1, max=500, help="Letters a second for AWS's move task; else as fast as it can.")
]

_HOLD_AGAIN_SECONDS = IN_HAND_SECONDS // 3


def redrive(ctx: typer.Context, pay_again: PayAgain = False, yes: Yes = False, per_second: PerSecond = None) -> None:
    """Send dead letters back to the uploads queue.

    A letter is here because its document failed for more than five hours (a fault of the configuration, an outage), or
    because the function parked it. The first kind goes back; a document that is done already is acknowledged there
    without a call.

    Two kinds stay where they are, and are counted: PARKED documents, which have had every attempt that is permitted and
    may have been billed for each (with --pay-again they are freed in the ledger and sent, each for ONE more attempt);
    and MALFORMED events, which no redrive can mend: somebody sent what S3 never sends.

    While letters are looked through they are hidden from others, for 15 minutes at most. The move is AWS's own task and
    goes on if you interrupt this command; where there is none (an emulated AWS), letters are sent and deleted one by
    one, which can repeat a letter but never lose one.
    """
    stack = stack_of(ctx)
    sqs, outputs = stack.clients.sqs, stack.outputs
    source = outputs.uploads_dead_letter_queue_url
    task = MoveTask(sqs, source, outputs.uploads_queue_url)
    by_aws = task.check()
    in_hand: dict[str, Letter] = {}
    try:
        with progress() as bar:
            looking = bar.add_task("looking through the dead letters", total=None)
            for letter in take(sqs, source):
                in_hand[letter.message_id] = letter
                bar.update(looking, completed=len(in_hand))
        documents = Documents(stack.clients.dynamodb, outputs.documents_table_name)
        found = sort(in_hand.values(), documents)
        _tell(found)
        going = found.waiting + (_freed(found.parked, documents, yes=yes) if pay_again else [])
        if not going:
            return
        with progress() as bar:
            sending = bar.add_task("sending back", total=len(going))
            if by_aws:
                hold(sqs, source, going, seconds=0)
                for letter in going:
                    del in_hand[letter.message_id]
                for second, moved in enumerate(_unless_interrupted(task.run(per_second))):
                    bar.update(sending, completed=moved)
                    if second % _HOLD_AGAIN_SECONDS == 0:
                        hold(sqs, source, in_hand.values())
            else:
                for letter in one_by_one(sqs, source, outputs.uploads_queue_url, going):
                    del in_hand[letter.message_id]
                    bar.advance(sending)
        say(f"Sent back: {counted(len(going), 'letter')}.")
    finally:
        hold(sqs, source, in_hand.values(), seconds=0)


def _unless_interrupted(moved: Iterator[int]) -> Iterator[int]:
    try:
        yield from moved
    except KeyboardInterrupt:
        say("AWS goes on moving; `aws sqs cancel-message-move-task` would stop it.")
        raise


def _tell(found: Sorted) -> None:
    if not (found.waiting or found.parked or found.malformed):
        say("The dead-letter queue has no letter that can be seen.")
        say(f"(Letters that somebody has in hand come back within {IN_HAND_SECONDS // 60} minutes.)")
        return
    say(f"{counted(len(found.waiting), 'letter')} to send back.")
    if found.parked:
        say(
            f"{counted(len(found.parked), 'letter')} of parked documents: the outcome of every permitted attempt is "
            "unknown, and each may have been billed. They stay, unless you say --pay-again."
        )
    if found.malformed:
        say(
            f"{counted(len(found.malformed), 'letter')} that no S3 event is in. They stay: find out who sends them, "
            "and delete them by hand."
        )


def _freed(parked: list[Letter], documents: Documents, *, yes: bool) -> list[Letter]:
    question = (
        f"{counted(len(parked), 'parked document')}: each may have been paid for at both of its attempts, and may now "
        "be paid for a third time. Free and send?"
    )
    if not parked or not agreed(question, yes=yes):
        return []
    return [letter for letter in parked if _free(letter, documents)]


def _free(letter: Letter, documents: Documents) -> bool:
    if letter.document_id is None:
        return False
    try:
        documents.free(letter.document_id, "redrive", alone=True)
    except ConditionFailed as met:
        # Unknown to the ledger after 30 days, and nothing keeps it from a call; or another attempt has it in hand.
        return not met.item
    return True
