"""A client of the OCR service with requests and pycryptodome."""

from __future__ import annotations

import base64
import secrets

import requests
from Crypto.Cipher import AES, PKCS1_v1_5
from Crypto.PublicKey import RSA
from Crypto.Util.Padding import pad


class Client:
    """A client for one kind of document."""

    def __init__(self, endpoint: str, app_key: str, secret_key: str, kind: str) -> None:
        """Fetch the public key."""
        self._url = f"{endpoint}/v2.0/appkeys/{app_key}"
        self._secret_key = secret_key
        self._kind = kind
        answer = requests.get(f"{self._url}/public-keys/{kind}", headers={"Authorization": secret_key}, timeout=60)
        result = answer.json()["result"]
        self._version = result["version"]
        self._public_key = RSA.import_key(base64.b64decode(result["key"]))

    def analyze(self, image: bytes) -> tuple[bytes, bytes]:
        """Seal and send an image; return the answer's body and the symmetric key."""
        key = secrets.token_bytes(32)
        sealed = AES.new(key, AES.MODE_CBC, key[:16]).encrypt(pad(image, AES.block_size))
        answer = requests.post(
            f"{self._url}/{self._kind}",
            headers={
                "Authorization": self._secret_key,
                "X-Key-Version": self._version,
                "Symmetric-Key": base64.b64encode(PKCS1_v1_5.new(self._public_key).encrypt(key)).decode(),
            },
            files={"image": ("image.png", sealed)},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.content, key
