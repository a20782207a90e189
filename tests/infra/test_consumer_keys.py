"""With ``consumerPublicKeys`` the analyze function gets the consumer's public keys. A wrong file stops the synth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.common.consumer_keys import EXPECTED
from sealed_ocr.common.settings import SettingsError

from infra.settings import StageSettings
from tests.support.consumer_keys import P_384, ec_key, jwk_set, public, rsa_key, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.infra.template import Template

VARIABLE = "CONSUMER_PUBLIC_KEYS"
# More than the longest address or ARN that an intrinsic stands for.
INTRINSIC_BYTES = 200
ENVIRONMENT_BYTES = 4096


def variables(template: Template, function: str) -> dict[str, Any]:
    found: dict[str, Any] = template.properties_of(function)["Environment"]["Variables"]
    return found


def test_it_is_off_by_default(template: Template) -> None:
    assert VARIABLE not in variables(template, "analyze")


def test_only_the_analyze_function_gets_the_keys(
    synth: Callable[..., Template], template: Template, tmp_path: Path
) -> None:
    keys = [public(rsa_key("r" * 128, 4096), use="enc"), public(rsa_key("s" * 128, 4096))]
    sealed = synth(alarmEmail="operator@example.com", consumerPublicKeys=str(write(tmp_path / "keys.json", *keys)))
    found = variables(sealed, "analyze")
    assert json.loads(found[VARIABLE]) == {"keys": [public(keys[0]), keys[1]]}
    assert VARIABLE not in variables(sealed, "verify")
    # Two of the largest keys fit into what Lambda allows.
    sizes = (len(name) + (len(value) if isinstance(value, str) else INTRINSIC_BYTES) for name, value in found.items())
    assert sum(sizes) < ENVIRONMENT_BYTES
    # Nothing else differs: no permission, no output, no resource.
    del found[VARIABLE]
    assert sealed.body == template.body


@pytest.mark.unit
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "it cannot be read (No such file or directory)"),
        ("-----BEGIN PUBLIC KEY-----", "it is not JSON"),
        ("{}", "it is not a JWK set, an object with a list `keys`"),
        (jwk_set(), "it has 0 keys"),
        (jwk_set(*(public(ec_key(kid)) for kid in "abc")), "it has 3 keys"),
        (jwk_set(ec_key("a")), "the key 'a' is private or symmetric; the file may hold public keys only"),
        (
            jwk_set(public(rsa_key("w", 1024))),
            "the key 'w' is weak: it has 1024 bits, and RSA needs at least 2048",
        ),
        (jwk_set(public(ec_key("c", P_384))), "the key 'c' is on the curve 'P-384', not P-256"),
        (jwk_set(public(ec_key(), kid=None)), "a key has no kid of 1 to 128 visible ASCII characters"),
        (jwk_set(public(ec_key("a")), public(rsa_key("a"))), "two keys have the kid 'a'"),
        (jwk_set(public(ec_key("a"), exp=1_767_225_600)), "the key 'a' expired at 2026-01-01T00:00:00Z"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, content: str | None, why: str) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        StageSettings.from_context({"consumerPublicKeys": str(path)})
    assert str(caught.value) == f"Setting consumerPublicKeys is {str(path)!r}; it must be {EXPECTED}: {why}."


@pytest.mark.unit
@pytest.mark.parametrize("wrong", [True, 1, ["keys.json"], {"keys": []}])
def test_keys_in_the_context_itself_are_refused(wrong: object) -> None:
    with pytest.raises(SettingsError, match=r"Setting consumerPublicKeys is .* must be the path of a file"):
        StageSettings.from_context({"consumerPublicKeys": wrong})
