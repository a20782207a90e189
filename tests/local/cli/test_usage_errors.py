"""Usage errors: exit code 2 and a sentence, before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from local.cli.commands import app
from tests.support.canary import assert_clean
from tests.support.consumer_keys import ec_key, public, write

if TYPE_CHECKING:
    from typer.testing import Result

SERVICE = ["--ocr-endpoint", "https://ocr.example", "--credentials"]
KEYS = ["--app-key", "app-secret-word", "--secret-key", "key-secret-word"]


@pytest.fixture(autouse=True)
def other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCR_APP_KEY", raising=False)
    monkeypatch.delenv("OCR_SECRET_KEY", raising=False)
    (tmp_path / "card.png").write_bytes(b"never read")
    (tmp_path / "my card.png").write_bytes(b"never read")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").touch()
    (tmp_path / "v2.0.json").write_text('{"appKey": "app-secret-word", "secretKey": "key-secret-word"}')
    (tmp_path / "mixed.json").write_text(
        '{"appKey": "app-secret-word", "secretKey": "key-secret-word", "userAccessKeyId": "id-secret-word"}'
    )
    (tmp_path / "half.json").write_text('{"appKey": "app-secret-word", "userAccessKeyId": "id-secret-word"}')
    (tmp_path / "text.json").write_text("app-secret-word")
    (tmp_path / "binary.json").write_bytes(b"\xff secret-word")
    # Other tests start runs in the repository meanwhile.
    monkeypatch.setattr("local.cli.commands.ROOT", tmp_path)


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert not Path(".local").exists()
    return result


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.png", "--kind", "id-card"], ["nowhere.png", "no image"]),
        (["card.png", "nowhere.png", "--kind", "id-card"], ["nowhere.png"]),
        (["folder", "--kind", "id-card"], ["the folder folder holds no image", ".png, .jpg, .jpeg"]),
        (["my", "card.png", "--kind", "id-card"], ["there is no image my; ", """ARGS="'my card.png'\""""]),
        (["no where.png", "--kind", "id-card"], ["there is no image 'no where.png'"]),
        (["my card.png"], ["the kind of 'my card.png' is unknown"]),
        (["card.png"], ["card.png", "--kind", "credit-card", "id-card/stand-alone"]),
        (["card.png", "--kind", "passport"], ["passport", "credit-card, id-card, id-card/stand-alone"]),
        (["--kind", "id-card"], ["--kind", "IMAGE"]),
        (["card.png", "--kind", "id-card", "--count", "2"], ["--count"]),
        (["--count", "0"], ["--count"]),
        (["--timeout", "0"], ["--timeout"]),
        (["--slots", "0"], ["--slots"]),
        (["--reader", "crystal-ball"], ["crystal-ball", "specimen"]),
        (["--no-such-option"], ["--no-such-option"]),
        (["--ocr-endpoint", "https://ocr.example"], ["--app-key", "OCR_APP_KEY"]),
        (["--ocr-endpoint", "https://ocr.example", *KEYS[:2]], ["--credentials", "--secret-key"]),
        ([*SERVICE, "v2.0.json", *KEYS], ["--credentials holds the keys", "--app-key"]),
        ([*SERVICE, "nowhere.json"], ["nowhere.json", "No such file"]),
        ([*SERVICE, "folder"], ["folder", "directory"]),
        ([*SERVICE, "binary.json"], ["binary.json", "not UTF-8"]),
        ([*SERVICE, "text.json"], ["credentials cannot be used", "JSON of the form"]),
        ([*SERVICE, "half.json"], ["credentials cannot be used", "JSON of the form"]),
        ([*SERVICE, "mixed.json"], ["members of both forms (appKey, secretKey, userAccessKeyId)"]),
        ([*SERVICE, "v2.0.json", "--oauth-endpoint", "https://oauth.example"], ["--oauth-endpoint", "API v2.1"]),
        ([*SERVICE, "v2.0.json", "--api", "v2.1"], ["--api is for the emulator"]),
        (["--credentials", "v2.0.json"], ["--credentials goes with --ocr-endpoint"]),
        (["--oauth-endpoint", "https://oauth.example"], ["--oauth-endpoint goes with --ocr-endpoint"]),
        (["--api", "v3"], ["'v3'", "v2.0, v2.1"]),
        (KEYS, ["go together", "endpoint is missing"]),
        (["--ocr-endpoint", "http://ocr.example", *KEYS], ["https://"]),
        (["--ocr-endpoint", "https://ocr.example/v2", *KEYS], ["without a path"]),
        (["--ocr-endpoint", "https://user@ocr.example", *KEYS], ["https://"]),
        (["--ocr-endpoint", "https://", *KEYS], ["https://"]),
        (["--ocr-endpoint", "https://ocr.example:99999", *KEYS], ["https://"]),
        (["--ocr-endpoint", "ocr.example", *KEYS], ["https://"]),
    ],
)
def test_the_sentence_names_the_error(arguments: list[str], words: list[str]) -> None:
    # Typer draws a frame around its sentences, which breaks lines.
    errors = " ".join(call("run", *arguments).stderr.replace("│", " ").split())
    for word in words:
        assert word in errors
    assert "secret-word" not in errors


def test_up_checks_its_options_too() -> None:
    assert "goes with --credentials" in call("up", "--ocr-endpoint", "https://ocr.example").stderr
    for option in (["--port", "8000"], ["--open"]):
        assert "they go with --console" in call("up", *option).stderr


def test_a_port_that_another_program_uses_is_named_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as used:
        port = used.getsockname()[1]
        assert f"port {port} of this machine cannot be used: " in call("up", "--console", "--port", str(port)).stderr


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert "loop.png" in call("run", "loop.png", "--kind", "id-card").stderr


@pytest.mark.parametrize("command", ["run", "up"])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--set=consumerPublicKeys=private.json", ["it must be a file with a JWK set", "is private or symmetric"]),
        ("--private-key=public.json", ["public.json", "the file holds no private JWK"]),
    ],
)
def test_the_wrong_half_of_a_key_pair_is_refused(command: str, option: str, words: list[str], tmp_path: Path) -> None:
    key = ec_key()
    write(tmp_path / "private.json", key)
    write(tmp_path / "public.json", public(key))
    result = call(command, option)
    assert all(word in result.stderr for word in words), result.stderr
    assert_clean(result.output, [key["d"]])
