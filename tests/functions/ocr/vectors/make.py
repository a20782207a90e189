"""Write vectors.json with the `openssl` program: expected envelopes from an independent implementation.

    python tests/functions/ocr/vectors/make.py

AES-256/CBC/PKCS7 under a 32-byte key whose first 16 bytes are the IV; the key itself as RSA PKCS#1 v1.5; the public
key as Base64 of a SubjectPublicKeyInfo (DER). The RSA padding is random, so a run changes those ciphertexts.
"""

import base64
import json
import random
import subprocess
import tempfile
from pathlib import Path

LENGTHS = (0, 1, 15, 16, 17, 31, 32, 33, 255, 256, 257, 1000, 4095, 4096, 4097)
TEXTS = ("", "a", "none", "홍길동", "800101-1234567", "2015.3.2.", "제1종 보통/2종 소형", "é😀\ufffe\x00", "x" * 100)
RSA_BITS = (1024, 2048, 4096)


def openssl(*arguments: str, content: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=content, capture_output=True, check=True).stdout


def sealed(key: bytes, content: bytes) -> str:
    ciphertext = openssl("enc", "-aes-256-cbc", "-nosalt", "-K", key.hex(), "-iv", key[:16].hex(), content=content)
    return base64.b64encode(ciphertext).decode()


def rsa_vector(bits: int, key: bytes, folder: Path) -> dict[str, object]:
    private, public = folder / f"{bits}.pem", folder / f"{bits}.pub.pem"
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}", "-out", str(private))
    openssl("pkey", "-in", str(private), "-pubout", "-out", str(public))
    encrypt = ("pkeyutl", "-encrypt", "-pubin", "-inkey", str(public), "-pkeyopt", "rsa_padding_mode:pkcs1")
    return {
        "bits": bits,
        "private_key": private.read_text(),
        "public_key": base64.b64encode(openssl("pkey", "-pubin", "-in", str(public), "-outform", "DER")).decode(),
        "symmetric_key": key.hex(),
        "sealed_key": base64.b64encode(openssl(*encrypt, content=key)).decode(),
    }


def main() -> None:
    source = random.Random("sealed-ocr")
    images = [(source.randbytes(32), source.randbytes(length)) for length in LENGTHS]
    texts = [(source.randbytes(32), text) for text in TEXTS]
    with tempfile.TemporaryDirectory() as folder:
        vectors = {
            "images": [
                {"key": key.hex(), "plain": base64.b64encode(image).decode(), "sealed": sealed(key, image)}
                for key, image in images
            ],
            "texts": [{"key": key.hex(), "plain": text, "sealed": sealed(key, text.encode())} for key, text in texts],
            "rsa": [rsa_vector(bits, source.randbytes(32), Path(folder)) for bits in RSA_BITS],
        }
    target = Path(__file__).with_name("vectors.json")
    target.write_text(json.dumps(vectors, ensure_ascii=True, indent=1) + "\n")


if __name__ == "__main__":
    main()
