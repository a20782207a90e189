"""The OCR service that the command line names, and the secret's value that follows from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.cli.arguments import OcrKeys, api, ocr_service
from local.cli.image_files import UsageError
from local.pipeline.emulator_keys import EmulatorKeys

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

URL = "https://ocr.example"
KEYS = {"OCR_APP_KEY": "app", "OCR_SECRET_KEY": "secret"}
ACCESS_KEY = {"appKey": "app", "userAccessKeyId": "user", "secretAccessKey": "access"}


@pytest.mark.parametrize("members", [{"appKey": "app", "secretKey": "secret"}, ACCESS_KEY])
def test_the_secret_holds_what_the_file_holds(tmp_path: Path, members: dict[str, str]) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(members, indent=2))
    service = ocr_service(URL, OcrKeys(file), environment=KEYS)
    assert service is not None
    assert (service.endpoint, service.oauth_endpoint, json.loads(service.secret)) == (URL, None, members)
    assert "access" not in repr(service)


def test_the_token_host_of_an_access_key(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(ACCESS_KEY))
    service = ocr_service(URL, OcrKeys(file), "http://127.0.0.1:8080")
    assert service is not None
    assert service.oauth_endpoint == "http://127.0.0.1:8080"
    with pytest.raises(UsageError, match=r"--oauth-endpoint must be https://"):
        ocr_service(URL, OcrKeys(file), "http://oauth.example")


@pytest.mark.parametrize(
    ("keys", "environment"), [(OcrKeys(None, "app", "secret"), {}), (OcrKeys(), KEYS), (OcrKeys(None, "app"), KEYS)]
)
def test_the_keys_of_v2_0_make_its_secret(keys: OcrKeys, environment: dict[str, str]) -> None:
    service = ocr_service(f"{URL}/", keys, environment=environment)
    assert service is not None
    assert service.endpoint == URL
    assert json.loads(service.secret) == {"appKey": "app", "secretKey": "secret"}


def test_without_an_endpoint_there_is_the_emulator_whatever_the_environment_holds() -> None:
    assert ocr_service(None, OcrKeys(), environment=KEYS) is None
    assert api(None, None) == "v2.0"
    assert api("v2.1", None) == "v2.1"


def test_the_emulators_keys_make_a_secret_of_either_version() -> None:
    keys = EmulatorKeys()
    for version, members in (("v2.0", {"appKey", "secretKey"}), ("v2.1", set(ACCESS_KEY))):
        secret = json.loads(keys.secret(api(version, None)))
        assert secret.keys() == members
        assert set(secret.values()) < set(keys.options())
