"""The services behind the verify function, for tests: emulated AWS, emulated OCR service and analyzed cards."""

from __future__ import annotations

import functools
import io
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.claim_mac import claim_mac
from sealed_ocr.aws.claim_seal import ClaimSeal
from sealed_ocr.aws.false_claims import FalseClaimsTable
from sealed_ocr.aws.request_keys import RequestKeys, key_expires_at
from sealed_ocr.aws.table import Table
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import record_nothing
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.settings import OcrSettings
from sealed_ocr.runtime.wiring import ocr_client
from sealed_ocr.verification.claim_request import ClaimRequest
from sealed_ocr.verification.lock_guard import LockGuard
from sealed_ocr.verification.problems import Problem
from sealed_ocr.verification.verifier import Verifier

from tests.support.id_cards import picture

if TYPE_CHECKING:
    from sealed_ocr.aws.stored_request_key import StoredRequestKey
    from sealed_ocr.ocr.client import OcrClient

    from emulator.domain.operations import Operation
    from emulator.specimens import DocumentKind
    from emulator.testing import Emulator
    from local.processes.aws_clients import AwsClients

AUTHENTICITY: Operation = "id-card/authenticity"
LEASE_SECONDS = 60
CALL_SECONDS = 10
LOCK_GUARD_DAYS = 30


@dataclass
class ManualClock:
    """A clock that only the test moves."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Card:
    """An analyzed card and the claim of its offer."""

    document_id: str
    claim: dict[str, str]
    request_key: str
    expires_at: int


@dataclass(frozen=True)
class VerifyResult:
    """A verdict or a problem, and the number of calls of the OCR service for it."""

    verdict: bool | None
    refusal: Problem | None
    calls: int
    attempts_left: int | None

    @property
    def type(self) -> str | None:
        return self.refusal.kind if self.refusal else None

    @property
    def problem(self) -> Problem:
        """The problem; a verdict instead of one is a failure in any test."""
        assert self.refusal is not None
        return self.refusal


def read_stored(keys: RequestKeys, card: Card) -> StoredRequestKey:
    """Return the Request-Key as it is stored now; none is a failure in any test."""
    stored = keys.read(card.document_id)
    assert stored is not None
    return stored


class World:
    """An emulated AWS account and an emulated OCR service."""

    def __init__(self, aws: AwsClients, emulator: Emulator) -> None:
        self.aws, self.emulator = aws, emulator
        self.name = self.new_table()
        self.secret_arn = aws.secrets.create_secret(Name=self.name, SecretString=self.credentials())["ARN"]
        self.hmac_key = aws.kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
        self.seal_key = aws.kms.create_key()["KeyMetadata"]["Arn"]
        self.seal = ClaimSeal(aws.kms, self.seal_key)
        self.warm_ocr = self.ocr()

    def new_table(self) -> str:
        name = f"table-{uuid.uuid4().hex}"
        self.aws.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    def credentials(self, **changed: str) -> str:
        return json.dumps({"appKey": self.emulator.app_key, "secretKey": self.emulator.secret_key} | changed)

    def ocr(self, call_seconds: int = CALL_SECONDS, endpoint: str = "") -> OcrClient:
        """Return a client without cached key and credentials."""
        settings = OcrSettings(
            endpoint or self.emulator.url, self.secret_arn, self.emulator.url, call_seconds, self.name, 30
        )
        return ocr_client(settings, self.aws.secrets, 10, record_nothing)

    def keys(self, clock: ManualClock | None = None) -> RequestKeys:
        return RequestKeys(Table(self.aws.dynamodb, self.name), LEASE_SECONDS, clock or time.time)

    def false_claims(self, clock: ManualClock | None = None, days: int = LOCK_GUARD_DAYS) -> FalseClaimsTable:
        return FalseClaimsTable(Table(self.aws.dynamodb, self.name), days, LEASE_SECONDS, clock or time.time)

    def card(
        self, document: DocumentKind = "resident", *, expires_at: int | None = None, person: int | None = None
    ) -> Card:
        """Analyze a card and offer its Request-Key as the analyze function does. Cards of one ``person`` are equal."""
        analysis = self.warm_ocr.analyze(Kind.ID_CARD, picture(document, person), time.monotonic() + 30)
        claim = offer(analysis.result)
        assert claim is not None
        assert not claim.missing
        expires_at = key_expires_at(analysis.requested_at) if expires_at is None else expires_at
        assert analysis.request_key is not None
        card = Card(uuid.uuid4().hex, claim.request, analysis.request_key, expires_at)
        assert self.keys().offer(card.document_id, card.request_key, document, expires_at)
        return card

    def item(self, card: Card | str) -> dict[str, Any]:
        """Return the item in DynamoDB as plain values."""
        document_id = card if isinstance(card, str) else card.document_id
        return Table(self.aws.dynamodb, self.name).read(document_id) or {}

    def sent(self) -> int:
        """Return how many claims the OCR service has received."""
        return self.emulator.counters().calls.get(AUTHENTICITY, 0)


class VerifierUnderTest:
    """The verify function's use case in this process, with a clock of the test."""

    def __init__(
        self,
        world: World,
        clock: ManualClock | None = None,
        ocr: OcrClient | None = None,
        seal: ClaimSeal | None = None,
        *,
        guarded: bool = True,
    ) -> None:
        self.world, self.clock = world, clock or ManualClock()
        self.log = io.StringIO()
        self.observability = Observability(EventLog(f"verifier-{uuid.uuid4().hex}", self.log), MetricsBuffer())
        mac = functools.partial(claim_mac, world.aws.kms, world.hmac_key)
        self.guard = LockGuard(world.false_claims(self.clock), mac, self.observability)
        self.verifier = Verifier(
            world.keys(self.clock),
            ocr or world.warm_ocr,
            mac,
            self.observability,
            self.guard if guarded else None,
            seal,
        )

    def verify(
        self,
        card: Card,
        claim: dict[str, str] | None = None,
        key: str = "",
        *,
        most: int = 1,
        seconds: float = 25,
        invocation: str = "",
        **edited: str,
    ) -> VerifyResult:
        """Verify a claim and count the calls of the OCR service. More than ``most`` calls fail the test."""
        before, verdict, problem, left = self.world.sent(), None, None, None
        try:
            with self.observability.about(documentId=card.document_id):
                verdict, left = self.verifier.verdict(
                    card.document_id,
                    ClaimRequest((claim or card.claim) | edited),
                    key,
                    time.monotonic() + seconds,
                    invocation or uuid.uuid4().hex,
                )
        except Problem as refused:
            problem, left = refused, refused.attempts_left
        calls = self.world.sent() - before
        assert calls <= most
        return VerifyResult(verdict, problem, calls, left)
