"""S3's judgement of a signed form, written from its documentation: the emulated S3 takes every form.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Mapping

# S3 demands no condition for them.
_UNCONDITIONED = {"policy", "x-amz-signature", "file"}


def refusal(fields: Mapping[str, str], size: int, bucket: str, secret: str, now: dt.datetime) -> str | None:
    """Return why S3 refuses the form with an image of ``size`` bytes, or None if it takes it."""
    given = {name.lower(): value for name, value in fields.items()}
    if not _is_signed(given, secret):
        return "signature"
    policy = json.loads(base64.b64decode(given["policy"]))
    if now >= dt.datetime.fromisoformat(policy["expiration"]):
        return "expired"
    wanted: dict[str, str] = {}
    for condition in policy["conditions"]:
        if isinstance(condition, list):
            name, least, most = condition
            assert name == "content-length-range", "no other condition is used"
            if not least <= size <= most:
                return "size"
        else:
            wanted |= {name.lower(): value for name, value in condition.items()}
    values = {"bucket": bucket, **{name: value for name, value in given.items() if name not in _UNCONDITIONED}}
    wrong = {name for name in values.keys() | wanted.keys() if values.get(name) != wanted.get(name)}
    return ", ".join(sorted(wrong)) or None


def _is_signed(given: Mapping[str, str], secret: str) -> bool:
    _, *scope = given["x-amz-credential"].split("/")
    key = f"AWS4{secret}".encode()
    for part in (*scope, given["policy"]):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex() == given["x-amz-signature"]
