"""A simple client of the guide's API for tests. Tests can change any part of a request."""

import base64
import json
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import urllib3
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.support.polling import PATIENCE

BOUNDARY = "sealed-boundary"


def aes(key: bytes) -> Cipher:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(key: bytes, plain: bytes) -> bytes:
    padder, encryptor = PKCS7(128).padder(), aes(key).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def decrypt(key: bytes, value: str) -> str:
    decryptor, unpadder = aes(key).decryptor(), PKCS7(128).unpadder()
    padded = decryptor.update(base64.b64decode(value, validate=True)) + decryptor.finalize()
    return (unpadder.update(padded) + unpadder.finalize()).decode()


def encrypted_text(key: bytes, text: str) -> str:
    return base64.b64encode(encrypt(key, text.encode())).decode()


def multipart(content: bytes, name: str = "image", filename: str | None = "sample.png") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass
class SealedCall:
    """A sealed request. A test may replace any part before sending it."""

    key: bytes
    headers: dict[str, str]
    body: bytes

    def open(self, value: str) -> str:
        return decrypt(self.key, value)


@dataclass
class CallerResponse:
    status: int
    headers: dict[str, str]
    body: bytes
    tree: dict = field(default_factory=dict)

    @property
    def code(self) -> int:
        assert self.status == 200
        header = self.tree["header"]
        assert header["isSuccessful"] == (header["resultCode"] == 0)
        assert header["resultMessage"]
        return header["resultCode"]

    @property
    def result(self) -> dict:
        assert self.code == 0
        return self.tree["result"]


class Caller:
    def __init__(self, emulator, ca_file: str | None = None, timeout: float = PATIENCE, version: str = "v2.0") -> None:
        self.emulator, self.version = emulator, version
        self.app_key, self.secret_key = emulator.app_key, emulator.secret_key
        self.url = emulator.url
        self.host, self.port = urlsplit(emulator.url).hostname, urlsplit(emulator.url).port
        self.pool = urllib3.PoolManager(ca_certs=ca_file, retries=False, timeout=timeout)
        self.token = self.new_token() if version == "v2.1" else ""

    def path(self, operation: str) -> str:
        return f"/{self.version}/appkeys/{self.app_key}/{operation}"

    def send(self, method: str, path: str, headers=None, body=None) -> CallerResponse:
        response = self.pool.request(method, self.url + path, headers=headers, body=body, redirect=False)
        tree = (
            json.loads(response.data) if response.headers.get("Content-Type", "").startswith("application/json") else {}
        )
        return CallerResponse(response.status, dict(response.headers), response.data, tree)

    def token_request(self, operation: str, form: str, access_key: str | None = None, **changed) -> CallerResponse:
        pair = access_key or f"{self.emulator.user_access_key_id}:{self.emulator.secret_access_key}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        } | changed
        return self.send("POST", f"/oauth2/token/{operation}", headers, form.encode())

    def new_token(self) -> str:
        response = self.token_request("create", "grant_type=client_credentials")
        assert response.status == 200
        return response.tree["access_token"]

    @property
    def authorization(self) -> dict[str, str]:
        if self.version == "v2.0":
            return {"Authorization": self.secret_key}
        return {"X-NHN-Authorization": f"Bearer {self.token}"}

    def public_key(self, service: str) -> dict:
        return self.send("GET", self.path(f"public-keys/{service}"), self.authorization).result

    def key_headers(self, service: str, key: bytes) -> dict[str, str]:
        public_key = self.public_key(service)
        rsa_key = load_der_public_key(base64.b64decode(public_key["key"], validate=True))
        assert isinstance(rsa_key, RSAPublicKey)
        return {
            **self.authorization,
            "X-Key-Version": public_key["version"],
            "Symmetric-Key": base64.b64encode(rsa_key.encrypt(key, PKCS1v15())).decode(),
        }

    def sealed_image(self, operation: str, image: bytes) -> SealedCall:
        key = os.urandom(32)
        headers = self.key_headers("credit-card" if operation == "credit-card" else "id-card", key)
        headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        return SealedCall(key, headers, multipart(encrypt(key, image)))

    def post(self, operation: str, sealed: SealedCall) -> CallerResponse:
        return self.send("POST", self.path(operation), sealed.headers, sealed.body)

    def analyze(self, operation: str, image: bytes) -> tuple[CallerResponse, SealedCall]:
        sealed = self.sealed_image(operation, image)
        return self.post(operation, sealed), sealed

    def sealed_claim(self, request_key: str, claim: dict) -> SealedCall:
        key = os.urandom(32)
        plain = {"idType", "expirationDate"}
        members = {name: value if name in plain else encrypted_text(key, value) for name, value in claim.items()}
        headers = self.key_headers("id-card", key) | {"Content-Type": "application/json", "Request-Key": request_key}
        return SealedCall(key, headers, json.dumps(members).encode())

    def verify(self, request_key: str, claim: dict) -> CallerResponse:
        return self.post("id-card/authenticity", self.sealed_claim(request_key, claim))

    def request_key(self, image: bytes) -> str:
        response, _ = self.analyze("id-card", image)
        assert response.code == 0
        return response.headers["Request-Key"]
