"""Checks of the OCR service: the secret with its credentials, a token if these need one, and both public keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import get_args

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.common.settings import endpoint_url
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import ACCEPTED_FORMS, AccessKey, Authenticator, Authorization, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.errors import ConfigurationFault, OcrError, OutcomeUnknown, StaleCredentials
from sealed_ocr.ocr.public_keys import KeyService, PublicKey
from sealed_ocr.ocr.tokens import TokenAuth
from sealed_ocr.ocr.transport import Transport

from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, proven, unproven, wrong

_TIMEOUT_SECONDS = 10.0


class OcrServiceChecks:
    """Checks the OCR service of a stack."""

    def __init__(
        self,
        stack: DeployedStack,
        endpoint: str | None,
        oauth_endpoint: str | None,
        *,
        only_functions_may_call: bool,
    ) -> None:
        """Take the stack and the endpoints, which are None if they could not be determined.

        With ``only_functions_may_call`` the service may refuse this machine, and a failure from here proves nothing.
        """
        self._stack = stack
        self._only_functions_may_call = only_functions_may_call
        self._endpoint = endpoint
        self._oauth_endpoint = oauth_endpoint
        self._secret: SecretKeyAuth | AccessKey | None = None
        self._authorization: Authorization | None = None

    def secret(self) -> Finding:
        """Check that the secret has credentials in one of the right forms."""
        try:
            self._secret = parse_secret(read_secret(self._stack.clients.secrets, self._stack.outputs.ocr_secret_arn))
        except SecretEmptyError:
            return wrong(f"The secret has no value yet: put {ACCEPTED_FORMS} into it.")
        except ConfigurationFault as fault:
            return wrong(f"The secret is not filled in properly: {fault.reason}.")
        except AwsError as error:
            return wrong(f"The secret: {error}.")
        if isinstance(self._secret, AccessKey):
            return proven("The secret is filled in: its appKey and access key have the right form (API v2.1, tokens).")
        return proven("The secret is filled in: its appKey and secretKey have the right form (API v2.0).")

    def token(self) -> Iterator[Finding]:
        """Request a token, if the secret's credentials need one. A token is free."""
        if self._secret is None:
            return
        if isinstance(self._secret, SecretKeyAuth):
            self._authorization = self._secret.authorize()
            return
        if self._oauth_endpoint is None:
            yield unproven("That a token can be had. Fix the functions first: none names the token host.")
            return
        try:
            auth: Authenticator = TokenAuth(self._secret, Transport(endpoint_url(self._oauth_endpoint), 1))
            self._authorization = auth.authorize()
        except ValueError:
            yield wrong("The token host's address must be https://host[:port], without a path.")
        except StaleCredentials as refused:
            yield wrong(f"The token host {self._oauth_endpoint} issued no token: {refused}.")
        except OcrError as error:
            yield self._failed(f"The token host {self._oauth_endpoint} issued no token: {error}.")
        else:
            yield proven(f"The token host {self._oauth_endpoint} accepts the access key and issued a token.")

    def public_keys(self) -> Iterator[Finding]:
        """Fetch the public key of each key service with the secret's credentials."""
        if self._authorization is None or self._endpoint is None:
            missing = "the credentials" if self._endpoint else "the service's address"
            yield unproven(f"That the OCR service issues its public keys. Fix {missing} first.")
            return
        try:
            transport = Transport(endpoint_url(self._endpoint), 1)
        except ValueError:
            yield wrong("The OCR service's address must be https://host[:port], without a path.")
            return
        found = [self._public_key(transport, self._authorization, service) for service in get_args(KeyService)]
        yield from found
        yield unproven("That the functions can reach the OCR service. The keys were requested from this machine.")

    def _public_key(self, transport: Transport, authorization: Authorization, service: KeyService) -> Finding:
        name = f"the public key for {service}"
        try:
            answer = transport.exchange(
                "GET",
                authorization.path(f"public-keys/{service}"),
                authorization.headers,
                time.monotonic() + _TIMEOUT_SECONDS,
            )
            key = PublicKey.from_result(responses.result(answer))
        except StaleCredentials:
            return wrong(f"The OCR service does not accept the credentials of the secret ({name}).")
        except OutcomeUnknown as lost:
            return self._failed(f"The OCR service did not issue {name}: {lost.reason}.")
        except OcrError as error:
            return self._failed(f"The OCR service did not issue {name}: {error}.")
        weak = ", but with fewer bits than keys issued today" if key.weak else ""
        return proven(f"The OCR service accepts the secret and issued {name} ({key.key.key_size} bits{weak}).")

    def _failed(self, sentence: str) -> Finding:
        """Return the finding about a request that failed."""
        if self._only_functions_may_call:
            return unproven(
                f"That the functions are answered. {sentence} The service may refuse this machine, which is not in the "
                "functions' network."
            )
        return wrong(sentence)
