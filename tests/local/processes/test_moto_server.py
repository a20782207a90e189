"""What the emulated AWS does in another way than moto."""

from __future__ import annotations

from moto.sqs.models import SQSBackend

from local.processes.moto_server import is_retained


def test_a_message_is_kept_for_its_queues_retention_period() -> None:
    backend = SQSBackend("us-east-1", "123456789012")
    backend.create_queue("uploads", {}, MessageRetentionPeriod="60")
    message = backend.send_message("uploads", "body")
    assert is_retained(backend, "uploads", message)
    vars(message)["sent_timestamp"] -= 61_000
    assert not is_retained(backend, "uploads", message)
