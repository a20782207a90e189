"""A second implementation of AWS Signature Version 4. The emulated Function URL checks with botocore, as clients sign.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping


def signed_headers(
    method: str, path: str, headers: Mapping[str, str], body: bytes, secret: str, scope: str
) -> set[str]:
    """Return the headers that the signature covers.

    Raises
    ------
    AssertionError
        If the signature is wrong.
    """
    given = {name.lower(): value.strip() for name, value in headers.items()}
    pattern = r"AWS4-HMAC-SHA256 Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
    found = re.fullmatch(pattern, given["authorization"])
    assert found, "no SigV4 signature"
    when, names = given["x-amz-date"], found[2].split(";")
    assert found[1] == f"{when[:8]}/{scope}/aws4_request"
    lines = [method, path, "", *(f"{name}:{given[name]}" for name in names), "", found[2]]
    canonical = "\n".join([*lines, hashlib.sha256(body).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in (*found[1].split("/"), "\n".join(["AWS4-HMAC-SHA256", when, found[1], _sha256(canonical)])):
        key = hmac.digest(key, part.encode(), "sha256")
    assert key.hex() == found[3], "the signature belongs to another request"
    return set(names)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
