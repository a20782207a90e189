"""``python -m local`` as a user runs it: images in, CloudEvents out, no process left behind."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3

from emulator.specimens import draw
from local.pipeline.verdicts import post_claim
from tests.support.consumer_keys import ec_key, public, write
from tests.support.polling import PATIENCE

ROOT = Path(__file__).parents[2]
# The user's own settings must not affect the run.
ENVIRONMENT = {**os.environ, "AWS_PROFILE": "nobody", "HTTP_PROXY": "http://127.0.0.1:9", "COLUMNS": "200"}
ANALYZED, REJECTED = "sealed-ocr.document.analyzed.v1", "sealed-ocr.document.rejected.v1"


@dataclass(frozen=True)
class Completed:
    code: int
    lines: list[dict[str, Any]]
    errors: str


def run(*arguments: str) -> Completed:
    """Call ``local run``, with more patience for messages than it has by itself: the machine may be busy."""
    done = subprocess.run(
        [sys.executable, "-m", "local", "run", "--timeout", str(5 * PATIENCE), *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=6 * PATIENCE,
        check=False,
    )
    errors = done.stderr.decode()
    return Completed(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], errors)


def test_specimens_of_every_kind_are_analyzed_from_their_pixels_and_verified_if_possible() -> None:
    ended = run("--json", "--verify", "--no-pictures")
    assert ended.code == 0, ended.errors
    events, verdicts = ended.lines[:5], ended.lines[5:]
    assert {event["type"] for event in events} == {ANALYZED}
    assert sorted(event["data"]["document"]["kind"] for event in events) == [
        "credit-card", "id-card", "id-card", "id-card", "id-card/stand-alone",
    ]  # fmt: skip
    assert {event["data"]["result"].get("idType") for event in events} == {None, "resident", "driver", "passport"}
    offered = {event["id"] for event in events if "verification" in event["data"]}
    assert {verdict["documentId"]: verdict["isAuthenticity"] for verdict in verdicts} == dict.fromkeys(offered, True)
    assert len(offered) == 2
    # Only a reader that uses the pixels is ever uncertain.
    confidences = {pair["conf"] for event in events for pair in event["data"]["result"].get("keyValues", [])}
    assert any(0.5 < confidence < 1 for confidence in confidences)
    assert "5 analyzed, 0 rejected" in ended.errors
    assert "drawn in" not in ended.errors
    values = {pair["value"] for event in events for pair in event["data"]["result"].get("keyValues", [])}
    assert not [value for value in values if len(value) > 5 and value in ended.errors]


def test_special_characters_in_names_are_kept_and_one_rejection_is_exit_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "id-card"
    folder.mkdir()
    names = ["a b+c%d.png", "주민등록증 (1).png", "plain%2Ftext.png"]
    for name, content in zip(names, [draw("resident", 7), draw("driver", 7), b"no image"], strict=True):
        (folder / name).write_bytes(content)
    # The emulator takes an access key here, and a secretKey in the other tests. Both functions work with its tokens.
    options = ("--reader", "specimen", "--api", "v2.1", "--verify", "--json")
    ended = run(*options, *(str(folder / name) for name in names))
    assert [line["isAuthenticity"] for line in ended.lines if "subject" not in line] == [True, True]
    pictures = Path(re.search(r"drawn in (.+) \(2 pictures\)", ended.errors)[1])  # type: ignore[index]
    assert ended.code == 1, ended.errors
    events = [line for line in ended.lines if "subject" in line]
    by_name = {event["subject"].rpartition("/")[2]: event for event in events}
    assert by_name.keys() == set(names)
    assert [by_name[name]["type"] for name in names] == [ANALYZED, ANALYZED, REJECTED]
    assert by_name[names[2]]["data"]["rejection"]["code"] == "image-type-unsupported"
    runs = {re.fullmatch(r"id-card/([^/]+)/.+", event["subject"])[1] for event in events}  # type: ignore[index]
    assert len(runs) == 1
    assert {path.name for path in pictures.iterdir()} == {f"id-card-{name}" for name in names[:2]}
    shutil.rmtree(pictures)


def test_sealed_messages_are_shown_to_the_holder_of_the_private_key_alone(tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(draw("driver", 3))
    key = ec_key("our-key")
    public_keys, private_key = write(tmp_path / "a.json", public(key)), write(tmp_path / "b.json", key)
    card = (str(tmp_path / "card.png"), "--kind", "id-card", "--reader", "specimen", "--json", "--no-pictures")
    sealed = (*card, "--verify", "--set", f"consumerPublicKeys={public_keys}")
    ended = run(*sealed)
    assert (ended.code, ended.lines) == (2, []), ended.errors
    assert "nothing was uploaded: the messages are sealed to our-key (consumerPublicKeys)" in ended.errors
    assert "give the file of the private key with --private-key" in ended.errors
    ended = run(*sealed, "--private-key", str(private_key))
    assert ended.code == 0, ended.errors
    event, verdict = ended.lines
    assert (event["type"], verdict["isAuthenticity"]) == (ANALYZED, True)
    assert event["subject"].endswith("/card.png")


def test_a_missing_message_is_exit_code_3_and_its_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(draw("credit-card", 1))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    credentials = tmp_path / "credentials.json"
    credentials.write_text('{"appKey": "app-secret-word", "secretKey": "key-secret-word"}')
    ended = run(
        str(tmp_path / "card.png"), "--kind", "credit-card", "--json", "--no-pictures", "--timeout", "10",
        "--ocr-endpoint", f"http://127.0.0.1:{port}", "--credentials", str(credentials),
    )  # fmt: skip
    assert ended.code == 3, ended.errors
    assert ended.lines == []
    assert re.search(r"no message within 10 s about 1 image:\n  credit-card/[^/]+/card.png\n", ended.errors)
    assert re.search(r"Uploads: 0 visible, 1 in flight or delayed\n", ended.errors)
    logs = Path(re.search(r"the logs are in (.+)", ended.errors)[1])  # type: ignore[index]
    written = "".join(path.read_text() for path in logs.glob("*.log"))
    shutil.rmtree(logs)
    assert "Transient" in written
    assert "secret-word" not in written + ended.errors


def running_children(pid: int) -> set[str]:
    """Return the ids of the direct children of a process, from /proc."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(path.parent.name)
    return found


@pytest.fixture
def up(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """``local up`` with the options of the test, killed after the test if that has not ended it."""
    with (tmp_path / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--reader", "specimen", *getattr(request, "param", ())],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_up_prints_its_endpoints_and_leaves_nothing_behind(end: signal.Signals, up: subprocess.Popen[bytes]) -> None:
    assert up.stdout is not None
    lines = []
    for line in up.stdout:
        lines.append(line.decode().rstrip())
        if lines[-1].startswith("curl"):
            break
    exports = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
    assert exports["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    # The request that the curl command describes. curl itself need not be installed.
    _curl, _silent, url, *signature, _header, content_type, _data, claim = shlex.split(lines[-1])
    assert content_type == "Content-Type: application/json"
    assert signature == [
        "--aws-sigv4", "aws:amz:ap-northeast-2:lambda", "--user", "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY",
    ]  # fmt: skip
    verify_url, _, path = url.partition("documents/")
    assert verify_url == exports["VERIFY"]
    unsigned = urllib3.request("POST", url, body=claim.encode(), headers={"Content-Type": "application/json"})
    assert unsigned.status == 403
    verdict = post_claim(verify_url, path.partition("/")[0], claim.encode())
    assert verdict.json()["isAuthenticity"] is True
    (doctor,) = (line for line in lines if " doctor" in line)
    tools = doctor.replace(" doctor", " --help")
    assert subprocess.run(["sh", "-c", tools], cwd="/", env={}, capture_output=True, check=False).returncode == 0
    children = running_children(up.pid)
    assert len(children) >= 4
    up.send_signal(end)
    assert up.wait(PATIENCE) == 0
    up.stdout.close()
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("up", [("--set", "simulate=true", "--slots", "1")], indirect=True)
def test_up_of_a_simulated_stage_offers_a_simulated_card(up: subprocess.Popen[bytes]) -> None:
    assert up.stdout is not None
    curl = next(line.decode() for line in up.stdout if line.startswith(b"curl"))
    _curl, _silent, url, *_, claim = shlex.split(curl)
    assert json.loads(claim)["name"] == "홍길동"
    verify_url, _, path = url.partition("documents/")
    assert post_claim(verify_url, path.partition("/")[0], claim.encode()).json()["isAuthenticity"] is True


def test_settings_of_the_stage_hold_in_a_run() -> None:
    settings = (
        "--set",
        "omitFields=id-card:resident=*,id-card/stand-alone=*",
        "--set",
        "maskFields=credit-card=cardNums",
    )
    ended = run("--json", "--verify", "--no-pictures", "--reader", "specimen", *settings)
    assert ended.code == 0, ended.errors
    events, verdicts = ended.lines[:5], ended.lines[5:]
    # Of the resident card, nothing but the sealed claim was known.
    assert [verdict["isAuthenticity"] for verdict in verdicts] == [True, True]
    data = {event["data"]["document"]["kind"]: event["data"] for event in events}
    assert data["credit-card"]["withheld"] == {"omitted": [], "masked": ["cardNums", "totalCardNum"]}
    assert re.fullmatch(r"\*{12}\d{4}", data["credit-card"]["result"]["totalCardNum"])
    assert not any("value" in field for field in data["id-card/stand-alone"]["result"]["keyValues"])
    cards = [event["data"] for event in events if event["data"]["document"]["kind"] == "id-card"]
    of_type = {card["result"]["idType"]: card for card in cards}
    assert of_type["resident"]["verification"]["request"] == {"idType": "resident"}
    assert of_type["resident"]["verification"]["withheld"] == ["name", "residentNumber", "issueDate"]
    assert "withheld" not in of_type["driver"]
    assert of_type["driver"]["verification"]["request"]["name"]
