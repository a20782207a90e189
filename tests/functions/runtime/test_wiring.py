"""Documents wait while the secret is missing, empty, a placeholder or wrong. A rotated secret is read again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
WRONG = {
    "empty": " ",
    "no JSON": "good morning",
    "a list": "[]",
    "a member missing": '{"appKey": "aB3dE5gH7jK9"}',
    "a number": '{"appKey": "aB3dE5gH7jK9", "secretKey": 7}',
    "an empty member": '{"appKey": "", "secretKey": "aB3dE5gH7jK9"}',
    "a placeholder": '{"appKey": "<appKey>", "secretKey": "<secretKey>"}',
    "another placeholder": '{"appKey": "CHANGE_ME", "secretKey": "CHANGE_ME"}',
    "a path in the appKey": '{"appKey": "../aB3dE5gH7jK9", "secretKey": "aB3dE5gH7jK9"}',
    "a line break": '{"appKey": "aB3dE5gH7jK9", "secretKey": "aB3dE5gH7jK9\\nX-Header: 1"}',
}


def assert_waits(parts: Parts, stage: Stage, counted: Counted) -> None:
    """Deliver a document and check that it is deferred, unclaimed, with a configuration error."""
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")
    assert counted()["ConfigurationError"] == 1


def fault_of(parts: Parts) -> str:
    """Return the fault in the line about the failed attempt."""
    (fault,) = {line["fault"] for line in parts.logged() if "fault" in line}
    return str(fault)


@pytest.mark.parametrize("text", WRONG)
def test_documents_wait_while_the_secret_is_invalid(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, text: str
) -> None:
    stage.fill_secret(WRONG[text])
    assert_waits(parts, stage, counted)
    assert ("the secret has no value yet" if text == "empty" else "the secret") in fault_of(parts)
    assert emulator.counters().calls == {}
    stage.fill_secret(json.dumps({"appKey": emulator.app_key, "secretKey": emulator.secret_key}))
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 1


def test_a_secret_that_was_stored_as_binary_is_read(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    value = json.dumps({"appKey": emulator.app_key, "secretKey": emulator.secret_key}).encode()
    stage.aws.secrets.put_secret_value(SecretId=stage.secret, SecretBinary=value)
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    assert len(stage.collect()) == 1


@pytest.mark.parametrize("value", [b"\x00\xff\xfe", b"good morning", b'["secretKey"]'])
def test_a_binary_secret_that_is_not_the_json_is_called_binary(
    parts: Parts, stage: Stage, counted: Counted, value: bytes
) -> None:
    stage.aws.secrets.put_secret_value(SecretId=stage.secret, SecretBinary=value)
    assert_waits(parts, stage, counted)
    assert fault_of(parts).startswith("the secret is binary; it must be JSON")


def test_a_binary_secret_of_white_space_has_no_value_yet(parts: Parts, stage: Stage, counted: Counted) -> None:
    stage.aws.secrets.put_secret_value(SecretId=stage.secret, SecretBinary=b" \n")
    assert_waits(parts, stage, counted)
    assert "the secret has no value yet" in fault_of(parts)


def test_a_deleted_secret_is_a_configuration_error(parts: Parts, stage: Stage, counted: Counted) -> None:
    stage.aws.secrets.delete_secret(SecretId=stage.secret)
    assert_waits(parts, stage, counted)
    stage.aws.secrets.restore_secret(SecretId=stage.secret)
    stage.aws.secrets.delete_secret(SecretId=stage.secret, ForceDeleteWithoutRecovery=True)
    stage.show_hidden()
    assert len(parts.deliver()) == 1
    assert counted()["ConfigurationError"] == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "DecryptionFailure"])
def test_a_secret_without_read_access_is_a_configuration_error(
    parts: Parts, stage: Stage, proxy: Proxy, counted: Counted, code: str
) -> None:
    proxy.fault("GetSecretValue", "refuse", code=code)
    assert_waits(parts, stage, counted)


def test_an_unavailable_secrets_manager_is_transient(
    parts: Parts, stage: Stage, proxy: Proxy, counted: Counted
) -> None:
    proxy.fault("GetSecretValue", "refuse", code="InternalServiceErrorException")
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert counted()["Transient:id-card"] == 1


def test_the_secret_is_read_once_for_a_batch(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    for number in range(6):
        stage.announce(stage.upload(draw(), f"id-card/{number}.png"))
    assert parts.deliver() == []
    assert len(proxy.made("GetSecretValue")) == 1


def test_rotated_credentials_are_read_again_once_within_the_batch(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, counted: Counted
) -> None:
    stage.announce(stage.upload(draw()))
    parts.deliver()
    emulator.accept_credentials(secret_key="rotated-Hq4vT9xW2zB7")
    stage.fill_secret(json.dumps({"appKey": emulator.app_key, "secretKey": "rotated-Hq4vT9xW2zB7"}))
    stage.personal_values.add("rotated-Hq4vT9xW2zB7")
    for number in range(6):
        stage.announce(stage.upload(draw(), f"id-card/{number}.png"))
    assert parts.deliver() == []
    assert len(stage.collect()) == 7
    assert len(proxy.made("GetSecretValue")) == 2
    assert emulator.counters().paid.max_per_image == 1
    assert "ConfigurationError" not in counted()


def test_documents_wait_while_credentials_are_refused(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    emulator.refuse_credentials()
    assert_waits(parts, stage, counted)
    emulator.refuse_credentials(False)
    stage.show_hidden()
    assert parts.deliver() == []
    assert emulator.counters().paid.total == 1
