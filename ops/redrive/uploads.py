"""Dead letters of the uploads: what may go back goes, what has had its attempts or was never an event stays."""

from __future__ import annotations

from sealed_ocr.aws.errors import ConditionFailed

from ops.common.console import agreed, counted, progress, say
from ops.common.ledger import Documents
from ops.common.stack import Stack
from ops.redrive.dead_letters import IN_HAND_SECONDS, Letter, Sorted, hold, sort, take
from ops.redrive.move_task import MoveTask, one_by_one, unless_interrupted

_HOLD_AGAIN_SECONDS = IN_HAND_SECONDS // 3


def redrive_uploads(stack: Stack, *, pay_again: bool, yes: bool, per_second: int | None) -> None:
    """Look through the letters, hold back what is to stay, and send the others to the uploads queue.

    Raises
    ------
    OpsError
        when a move task is under way, or ends before its work is done.
    AwsError
        when SQS or DynamoDB fails or refuses.
    """
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
                for second, moved in enumerate(unless_interrupted(task.run(per_second))):
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
            f"{counted(len(found.malformed), 'letter')} with something in it that is no S3 event (what else was in it "
            "has been read). They stay: find out who sends them, and delete them by hand."
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
