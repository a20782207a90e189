"""Frees a parked document for one more call, as ``python -m ops redrive --pay-again`` does for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.common.ledger import OperatorLedger
from ops.redrive.dead_letters import receive_all, set_visibility
from ops.redrive.move_task import move_one_by_one

if TYPE_CHECKING:
    from local.pipeline.pipeline import Pipeline


class ParkedDocuments:
    """The parked documents of a pipeline on this machine."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._aws = pipeline.aws
        self._source = pipeline.output("UploadsDeadLetterQueueUrl")
        self._target = pipeline.output("UploadsQueueUrl")
        self._ledger = OperatorLedger(pipeline.aws.dynamodb, pipeline.output("DocumentsTableName"))

    def release(self, document_id: str) -> bool:
        """Free the document in the ledger, and send its dead letter back to the uploads queue.

        Returns
        -------
        bool
            Whether a dead letter of this document was found.

        Raises
        ------
        AwsError
            If SQS or DynamoDB fails or refuses. ``ConditionFailed``: another attempt is under way.
        """
        sqs, source = self._aws.sqs, self._source
        found = list(receive_all(sqs, source))
        mine = [dead_letter for dead_letter in found if dead_letter.document_id == document_id]
        try:
            if mine:
                self._ledger.free(document_id, "console", alone=True)
                list(move_one_by_one(sqs, source, self._target, mine[:1]))
                del found[found.index(mine[0])]
        finally:
            set_visibility(sqs, source, found, 0)
        return bool(mine)
