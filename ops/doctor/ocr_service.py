"""Checks of the OCR service: the secret with its credentials, and both of its public keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import get_args

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.common.settings import endpoint_url
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.errors import ConfigurationFault, OcrError, OutcomeUnknown, StaleCredentials
from sealed_ocr.ocr.public_keys import KeyService, PublicKey
from sealed_ocr.ocr.transport import Transport

from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, proven, unproven, wrong

_TIMEOUT_SECONDS = 10.0


class OcrServiceChecks:
    """Checks the OCR service of a stack."""

    def __init__(self, stack: DeployedStack, endpoint: str | None) -> None:
        """``endpoint`` is None if it could not be determined."""
        self._stack = stack
        self._endpoint = endpoint
        self._credentials: Credentials | None = None

    def secret(self) -> Finding:
        """Check that the secret has credentials in the right form."""
        try:
            text = read_secret(self._stack.clients.secrets, self._stack.outputs.ocr_secret_arn)
            self._credentials = Credentials.from_secret(text)
        except SecretEmptyError:
            return wrong('The secret has no value yet: put {"appKey": "…", "secretKey": "…"} into it.')
        except ConfigurationFault as fault:
            return wrong(f"The secret is not filled in properly: {fault.reason}.")
        except AwsError as error:
            return wrong(f"The secret: {error}.")
        return proven("The secret is filled in: its appKey and secretKey have the right form.")

    def public_keys(self) -> Iterator[Finding]:
        """Fetch the public key of each key service with the secret's credentials."""
        if self._credentials is None or self._endpoint is None:
            missing = "the secret" if self._endpoint else "the service's address"
            yield unproven(f"That the OCR service issues its public keys. Fix {missing} first.")
            return
        try:
            transport = Transport(endpoint_url(self._endpoint), 1)
        except ValueError:
            yield wrong("The OCR service's address must be https://host[:port], without a path.")
            return
        found = [self._public_key(transport, self._credentials, service) for service in get_args(KeyService)]
        yield from found
        yield unproven("That the functions can reach the OCR service. The keys were fetched from this machine.")

    def _public_key(self, transport: Transport, credentials: Credentials, service: KeyService) -> Finding:
        name = f"the public key for {service}"
        try:
            answer = transport.exchange(
                "GET",
                credentials.path(f"public-keys/{service}"),
                credentials.headers(),
                time.monotonic() + _TIMEOUT_SECONDS,
            )
            key = PublicKey.from_result(responses.result(answer))
        except StaleCredentials:
            return wrong(f"The OCR service does not accept the appKey and secretKey of the secret ({name}).")
        except OutcomeUnknown as lost:
            return wrong(f"The OCR service did not issue {name}: {lost.reason}.")
        except OcrError as error:
            return wrong(f"The OCR service did not issue {name}: {error}.")
        weak = ", but with fewer bits than keys issued today" if key.weak else ""
        return proven(f"The OCR service accepts the secret and issued {name} ({key.key.key_size} bits{weak}).")
