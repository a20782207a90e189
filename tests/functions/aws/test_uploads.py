"""Uploads are parsed from the bodies of SQS messages. Everything else is malformed."""

import json
import math
import re
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from sealed_ocr.aws.uploads import parse_event

from tests.support.canary import assert_clean

pytestmark = pytest.mark.unit

BUCKET, VERSION, E_TAG = "images-bucket", "3HL4kqtJlcpXroDTDmJ", "d41d8cd98f00b204e9800998ecf8427e"


def record(key="credit-card/a.png", version=VERSION, e_tag=E_TAG, size=1234, event="ObjectCreated:Put", bucket=BUCKET):
    entry = {"key": key, "size": size, "sequencer": "0055AED6DCD90281E5"}
    entry |= {} if version is None else {"versionId": version}
    entry |= {} if e_tag is None else {"eTag": e_tag}
    return {
        "eventVersion": "2.3",
        "eventSource": "aws:s3",
        "awsRegion": "ap-northeast-2",
        "eventTime": "2026-11-23T00:00:00.000Z",
        "eventName": event,
        "userIdentity": {"principalId": "AWS:A"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}", "ownerIdentity": {"principalId": "A"}},
            "object": entry,
        },
    }


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        ("2026-11-23T00:00:00.000Z", 1_795_392_000),
        ("2026-11-23T09:00:00+09:00", 1_795_392_000),
        ("2026-11-23T00:00:00", 1_795_392_000),
        ("yesterday", math.inf),
        ("", math.inf),
    ],
)
def test_the_time_of_an_event_is_read_or_unknown(text: str, epoch: float) -> None:
    (upload,) = parse_uploads(body(record() | {"eventTime": text}))
    assert upload.created_at == epoch


def body(*records):
    return json.dumps({"Records": list(records)})


def one(**changed):
    (upload,) = parse_uploads(body(record(**changed)))
    return upload


def parse_uploads(text):
    event = parse_event(text)
    assert event.fault is None
    return event.uploads


def refused(text):
    event = parse_event(text)
    assert event.uploads == []
    assert event.fault
    return event.fault


def test_an_upload_event_gives_its_document() -> None:
    upload = one()
    assert re.fullmatch("[0-9a-f]{32}", upload.document.document_id)
    assert (upload.document.bucket, upload.bucket_arn, upload.document.key) == (
        BUCKET,
        f"arn:aws:s3:::{BUCKET}",
        "credit-card/a.png",
    )
    assert (upload.document.version_id, upload.document.e_tag, upload.document.size) == (VERSION, E_TAG, 1234)
    assert upload.record == record()


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("id-card/my+card.png", "id-card/my card.png"),
        ("id-card/my%20card.png", "id-card/my card.png"),
        ("id-card/1%2B1.png", "id-card/1+1.png"),
        ("id-card/100%25.png", "id-card/100%.png"),
        ("id-card/100%2525.png", "id-card/100%25.png"),
        ("id-card%2Fstand-alone%2Fa.png", "id-card/stand-alone/a.png"),
        ("id-card/%ED%99%8D%EA%B8%B8%EB%8F%99.jpg", "id-card/홍길동.jpg"),
        ("id-card/%E1%84%92%E1%85%A9%E1%86%BC.jpg", "id-card/\u1112\u1169\u11bc.jpg"),
        ("id-card/a%26b%3Dc%3F%23.png", "id-card/a&b=c?#.png"),
        ("id-card/%F0%9F%98%80.png", "id-card/😀.png"),
        ("id-card/..%2Fx", "id-card/../x"),
    ],
)
def test_keys_are_decoded_once(sent, key) -> None:
    assert one(key=sent).document.key == key


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_encoded_key_is_decoded_to_the_original(key) -> None:
    uploads = parse_uploads(body(record(key=quote_plus(key), size=1)))
    assert [upload.document.key for upload in uploads] == [key]


@pytest.mark.parametrize(
    "event", ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"]
)
def test_every_object_created_event_is_an_upload(event) -> None:
    assert one(event=event).document.key == "credit-card/a.png"


def test_records_of_one_message_keep_their_order() -> None:
    uploads = parse_uploads(body(record(key="a"), record(key="b"), record(key="c/", size=0), record(key="d")))
    assert [upload.document.key for upload in uploads] == ["a", "b", "d"]
    assert [upload.record["s3"]["object"]["key"] for upload in uploads] == ["a", "b", "d"]


def test_only_folder_markers_are_skipped() -> None:
    assert parse_uploads(body(record(key="id-card/", size=0))) == []
    assert parse_uploads(body(record(key="id-card%2F", size=0))) == []
    assert one(key="id-card/", size=1).document.size == 1
    assert one(key="id-card/a.png", size=0).document.size == 0


def test_test_events_are_skipped() -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-23T00:00:00.000Z", "Bucket": BUCKET}
    assert parse_uploads(json.dumps(event)) == []


def test_the_same_version_gives_the_same_document_id() -> None:
    first = one()
    assert one(event="ObjectCreated:Copy", size=99, e_tag="another").document.document_id == first.document.document_id


def test_an_object_with_a_null_version_is_identified_by_its_e_tag() -> None:
    first, second = one(version="null", e_tag="first"), one(version="null", e_tag="second")
    assert first.document.document_id != second.document.document_id
    assert first.document.document_id == one(version=None, e_tag="first").document.document_id
    assert first.document.version_id is UNSET
    assert refused(body(record(version="null", e_tag=None)))


def test_another_version_bucket_or_key_is_another_document() -> None:
    found = [
        one(),
        one(version="another"),
        one(bucket="another"),
        one(key="credit-card/b.png"),
        one(version=None),
        one(version=None, e_tag="another-tag"),
        one(bucket=BUCKET + "credit-card", key="/a.png"),
        one(key="a\u0000b", version="c"),
        one(key="a", version="b\u0000c"),
    ]
    assert len({upload.document.document_id for upload in found}) == len(found)


def test_an_object_without_a_version_is_identified_by_its_e_tag() -> None:
    assert one(version=None).document.document_id == one(version=None).document.document_id
    assert one(version=None).document.version_id is UNSET


def test_document_ids_do_not_change_between_releases() -> None:
    """The ledger and consumers store document ids. A release with other ids would pay for each document again."""
    assert one().document.document_id == "544231bfa9e574e9e280dc05dfe0a76d"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "null",
        "7",
        "[]",
        "{}",
        '{"Records": null}',
        '{"Records": []}',
        '{"Records": {}}',
        '{"Records": "x"}',
        '{"Event": "s3:OtherEvent"}',
        "[" * 100_000,
        '{"Records": [{"a": "\\ud800"}]}',
        "\ud800",
    ],
)
def test_a_body_that_is_no_event_is_malformed(text) -> None:
    refused(text)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        7,
        [],
        {},
        record(event="ObjectRemoved:Delete"),
        record(event="ObjectRestore:Completed"),
        record(event="s3:s3:ObjectCreated:Put"),
        record(event=""),
        record(key=""),
        record(bucket=""),
        record(version=None, e_tag=None),
        record(version="", e_tag=""),
        record(key=None),
        record(size="1"),
        record(size=1.5),
        {"Sns": {"Message": "x"}},
        *({name: value for name, value in record().items() if name != left} for left in ("eventName", "s3")),
        record() | {"s3": {"bucket": {"name": BUCKET}}},
        record() | {"s3": {"object": {"key": "a", "eTag": "b"}}},
    ],
)
def test_uploads_beside_a_malformed_record_are_returned_with_the_fault(wrong) -> None:
    refused(json.dumps({"Records": [wrong]}))
    event = parse_event(json.dumps({"Records": [record(key="a"), wrong, record(key="b")]}))
    assert [upload.document.key for upload in event.uploads] == ["a", "b"]
    assert event.fault


def test_an_error_does_not_quote_its_input() -> None:
    fault = refused(body(record(key="id-card/홍길동.png", event="ObjectRemoved:Delete")))
    assert_clean(fault, ["홍길동", BUCKET])


def test_the_repr_of_an_upload_hides_key_and_bucket() -> None:
    upload = one(key="id-card/홍길동.png")
    assert_clean(repr(upload) + str(upload) + f"{[upload]}", ["홍길동", BUCKET, "id-card/"])


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


@st.composite
def nearly(draw):
    """Draw a valid event in which one member, at any depth, is replaced or removed."""
    tree = {"Records": [record()]}
    holder = tree
    for _ in range(draw(st.integers(0, 5))):
        inner = [value for value in (holder.values() if isinstance(holder, dict) else holder) if value]
        inner = [value for value in inner if isinstance(value, dict | list)]
        if not inner:
            break
        holder = draw(st.sampled_from(inner))
    name = draw(st.sampled_from(sorted(holder))) if isinstance(holder, dict) else 0
    if draw(st.booleans()):
        del holder[name]
    else:
        holder[name] = draw(TREES)
    return tree


@given(st.one_of(nearly().map(json.dumps), TREES.map(json.dumps), st.text()))
def test_any_message_gives_uploads_or_a_fault(text) -> None:
    for upload in parse_event(text).uploads:
        assert upload.document.bucket
        assert upload.document.key
        assert upload.document.version_id or upload.document.e_tag
