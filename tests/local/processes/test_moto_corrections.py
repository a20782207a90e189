"""What the emulated AWS does in another way than moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.sqs.models import SQSBackend

from local.processes.moto_corrections import is_retained

if TYPE_CHECKING:
    from local.processes.aws_clients import AwsClients


def test_a_message_is_kept_for_its_queues_retention_period() -> None:
    backend = SQSBackend("us-east-1", "123456789012")
    backend.create_queue("uploads", {}, MessageRetentionPeriod="60")
    message = backend.send_message("uploads", "body")
    assert is_retained(backend, "uploads", message)
    vars(message)["sent_timestamp"] -= 61_000
    assert not is_retained(backend, "uploads", message)


def test_the_versions_of_keys_that_xml_cannot_hold_are_listed(aws: AwsClients) -> None:
    bucket = "keys-that-xml-cannot-hold"
    aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    keys = ["id-card/\x01/\x1b[31m.png", "id-card/\x01/a b+c&d%20.png", "id-card/\x01/홍길동.png"]
    for key in keys:
        aws.s3.put_object(Bucket=bucket, Key=key)
    aws.s3.delete_object(Bucket=bucket, Key=keys[0])
    pages = list(
        aws.s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, Prefix="id-card/\x01/", PaginationConfig={"PageSize": 1}
        )
    )
    assert sorted(version["Key"] for page in pages for version in page.get("Versions", [])) == keys
    assert [marker["Key"] for page in pages for marker in page.get("DeleteMarkers", [])] == keys[:1]
    assert {page["Prefix"] for page in pages} == {"id-card/\x01/"}
