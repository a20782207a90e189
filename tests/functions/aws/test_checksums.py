"""S3's checksum of an image is checked before the last block is sent, whichever algorithm S3 has chosen."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from crcmod import crcmod
from sealed_ocr.aws.crc64nvme import Crc64Nvme

from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.audit import assert_deferred_unpaid
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage, Uploaded

CARD = f"credit-card/{NAME}.png"
CHUNK = 256 * 1024
SIZES = [500, CHUNK, CHUNK + 16, 3 * CHUNK + 5]


def crc64nvme(content: bytes) -> str:
    calculate = crcmod.mkCrcFun(0x1AD93D23594C93659, initCrc=0, xorOut=0xFFFFFFFFFFFFFFFF)
    return base64.b64encode(calculate(content).to_bytes(8, "big")).decode()


def test_the_algorithm_is_crc_64_nvme() -> None:
    # The check value of the CRC catalogue (https://reveng.sourceforge.io/crc-catalogue/17plus.htm).
    checksum = Crc64Nvme(base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode())
    assert not checksum.holds()
    checksum.update(b"12345")
    checksum.update(b"6789")
    assert checksum.holds()


def test_the_checksum_is_computed_by_compiled_code() -> None:
    # In plain Python it would take seconds for a large image.
    assert crcmod._usingExtension


def upload(stage: Stage, size: int) -> Uploaded:
    """Upload an image as the AWS CLI does."""
    drawn = draw("credit-card", size=size)
    return stage.upload(drawn, CARD, ChecksumAlgorithm="CRC64NVME", ChecksumCRC64NVME=crc64nvme(drawn.content))


@pytest.mark.parametrize("size", SIZES)
def test_an_image_whose_checksum_holds_is_read(parts: Parts, stage: Stage, emulator: Emulator, size: int) -> None:
    stage.announce(upload(stage, size))
    assert parts.deliver() == []
    assert stage.collect()[0]["type"] == "sealed-ocr.document.analyzed.v1"
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", [0, -1])
def test_a_damaged_image_is_never_sent_completely(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, size: int, at: int
) -> None:
    def flipped(body: bytes) -> bytes:
        changed = bytearray(body)
        # The first byte after the signature, by which the type of the image is checked.
        changed[at or 8] ^= 1
        return bytes(changed)

    stage.announce(upload(stage, size))
    proxy.fault("GetObject", "change", change=flipped)
    assert len(parts.deliver()) == 1
    assert_deferred_unpaid(stage, emulator, "GetObject.FlexibleChecksumError")


def test_a_stale_key_makes_the_checksum_start_again(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    stage.announce(upload(stage, CHUNK + 1000))
    parts.deliver()
    emulator.rotate("credit-card")
    stage.announce(upload(stage, CHUNK + 1000))
    assert parts.deliver() == []
    assert emulator.counters().paid.total == 2
    assert len(proxy.made("GetObject")) == 3


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "CRC32"])
def test_the_other_checksums_are_checked_by_botocore(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, algorithm: str
) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD, ChecksumAlgorithm=algorithm))
    proxy.fault("GetObject", "change", change=lambda body: body[:-1] + bytes((body[-1] ^ 1,)))
    assert len(parts.deliver()) == 1
    assert_deferred_unpaid(stage, emulator, "GetObject.FlexibleChecksumError")


def test_a_composite_checksum_is_not_checked(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    drawn = draw("credit-card", size=6 << 20)
    s3, bucket = stage.aws.s3, stage.bucket
    begun = s3.create_multipart_upload(Bucket=bucket, Key=CARD, ChecksumAlgorithm="SHA256", ChecksumType="COMPOSITE")
    sent: list[Any] = []
    for number, piece in enumerate((drawn.content[: 5 << 20], drawn.content[5 << 20 :]), 1):
        part = s3.upload_part(
            Bucket=bucket,
            Key=CARD,
            PartNumber=number,
            UploadId=begun["UploadId"],
            Body=piece,
            ChecksumAlgorithm="SHA256",
        )
        sent.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    s3.complete_multipart_upload(Bucket=bucket, Key=CARD, UploadId=begun["UploadId"], MultipartUpload={"Parts": sent})
    opened = s3.get_object(Bucket=bucket, Key=CARD, ChecksumMode="ENABLED")
    assert opened["ChecksumSHA256"].endswith("-2")
    uploaded = stage.upload(b"x", f"{CARD}.other")
    uploaded.record["s3"]["object"] |= {"key": CARD, "eTag": opened["ETag"].strip('"'), "size": len(drawn.content)}
    stage.announce(uploaded)
    assert parts.deliver() == []
    assert emulator.counters().paid.total == 1
