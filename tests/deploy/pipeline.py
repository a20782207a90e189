"""What uploaders, consumers and verifiers do with the deployed stack, each with the permissions of their policy."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from sealed_ocr.common.kinds import Kind

from emulator.specimens import DocumentKind
from local.processes.aws_clients import REGION
from local.processes.child import ROOT
from tests.deploy.account import Account, User
from tests.deploy.report import Step, expect
from tests.support.canary import assert_clean
from tests.support.documents import NAME, Drawn, draw
from tests.support.polling import until

# On an emulated processor, a busy machine starts a function in four minutes, and several at once.
_MESSAGE_SECONDS = 900.0
_SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "document.analyzed.v1.json").read_text()))


@dataclass(frozen=True)
class Upload:
    """An image and its key in the bucket."""

    key: str
    drawn: Drawn
    path: Path


class Pipeline:
    """The pipeline of a deployed stack, whose secret is filled."""

    def __init__(self, account: Account, uploader: User, consumer: User, verifier: User) -> None:
        self.account, self.uploader, self._consumer, self._verifier = account, uploader, consumer, verifier
        self.outputs = account.outputs()
        self.bucket = self.outputs["ImageBucketName"]
        self._numbers = itertools.count()
        self._values = {account.ocr.app_key, account.ocr.secret_key, NAME}

    def upload(self, step: Step) -> None:
        """Upload a payment card and an ID card by the AWS CLI; check what the uploader may not do."""
        self.card = self.put(Kind.CREDIT_CARD, "credit-card")
        self.resident = self.put(Kind.ID_CARD, "resident")
        image, bucket = str(self.card.path), f"s3://{self.bucket}"
        for error, *command in (
            ("AccessDenied", "s3", "cp", image, f"{bucket}/elsewhere/card.png"),
            ("AccessDenied", "s3", "cp", image, f"{bucket}/credit-card/card.png", "--sse", "aws:kms"),
            ("Forbidden", "s3", "cp", f"{bucket}/{self.card.key}", f"{image}.copy"),
        ):
            self.account.refused(error, *self.account.aws(*command), user=self.uploader)
        step.found("2 images; refused: another folder, another key, reading an image")

    def receive(self, step: Step) -> None:
        """Receive both messages. They hold what the cards show, and each image was paid for once."""
        messages = self.messages(self.card, self.resident)
        self.message = messages[self.resident.key]
        paid = self.account.ocr.counters().paid
        expect((paid.total, paid.max_per_image) == (2, 1), "2 paid calls, one for each image", paid)
        step.found("2 messages, valid by the schema, with every value of the cards; 2 paid calls")

    def verify(self, step: Step) -> None:
        """Ask for a verdict by curl: without a signature, with the wrong user's, and with the verifier's."""
        self._expect_status(403, None)
        self._expect_status(403, self.uploader)
        verdict = json.loads(self._expect_status(200, self._verifier))
        expect(verdict == {"documentId": self.message["id"], "isAuthenticity": True}, "an authentic card", verdict)
        verdicts = self.account.ocr.counters().verdicts
        expect(sum(verdicts.values()) == 1, "one verdict", verdicts)
        step.found("authentic; 403 without a signature, and with the uploader's")

    def search_logs(self, step: Step) -> None:
        """Search the functions' logs for personal values, object keys and credentials."""
        lines = []
        for name in ("AnalyzeFunctionName", "VerifyFunctionName"):
            function = self.account.client("lambda").get_function_configuration(FunctionName=self.outputs[name])
            group = function["LoggingConfig"]["LogGroup"]
            pages = self.account.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
            found = [event["message"] for page in pages for event in page["events"]]
            expect(found, f"log lines in {group}", "none")
            lines += found
        assert_clean("\n".join(lines), self._values)
        step.found(f"no value, object key or credential in {len(lines)} log events")

    def put(self, kind: Kind, document: DocumentKind) -> Upload:
        """Upload a new image by the AWS CLI, as the uploader."""
        upload = self.image(kind, document)
        target = f"s3://{self.bucket}/{upload.key}"
        self.account.run(*self.account.aws("s3", "cp", str(upload.path), target), user=self.uploader)
        return upload

    def image(self, kind: Kind, document: DocumentKind, *, size: int = 0) -> Upload:
        """Draw a new image of at least ``size`` bytes, with a person's name, a space and a plus sign in its key."""
        number = next(self._numbers)
        drawn = draw(document, size=size)
        self._values.update(drawn.values)
        path = self.account.folder / f"image-{number}.png"
        path.write_bytes(drawn.content)
        return Upload(f"{kind}/{number} + {NAME}.png", drawn, path)

    def messages(self, *uploads: Upload) -> dict[str, dict[str, Any]]:
        """Wait for the messages of these uploads, delete them, and return them by their keys."""
        queue = self.outputs["ResultsQueueUrl"]
        sqs = self.account.client("sqs", self._consumer)
        received: dict[str, dict[str, Any]] = {}

        def complete() -> bool:
            command = self.account.aws("sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "20")
            output = self.account.run(*command, user=self._consumer)
            for message in json.loads(output)["Messages"] if output else []:
                event = json.loads(message["Body"])
                received[event["subject"]] = event
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return {upload.key for upload in uploads} <= received.keys()

        until(complete, f"the arrival of {len(uploads)} messages", _MESSAGE_SECONDS)
        for upload in uploads:
            _SCHEMA.validate(received[upload.key])
            text = json.dumps(received[upload.key]["data"]["result"], ensure_ascii=False)
            missing = [value for value in upload.drawn.values if value not in text]
            expect(not missing, "every value of the card in its message", f"{len(missing)} values are missing")
        return received

    def _expect_status(self, status: int, user: User | None) -> str:
        """Send the claim of the ID card by curl, and return the body of the answer."""
        url = f"{self.outputs['VerifyFunctionUrl']}documents/{self.message['id']}/authenticity"
        claim, settings = self.account.folder / "claim.json", self.account.folder / "curl.conf"
        claim.write_text(json.dumps(self.message["data"]["verification"]["request"]))
        # Not on the command line, which every user of a machine sees.
        settings.write_text(f'user = "{user.key_id}:{user.secret}"\n' if user else "")
        host, emulated = urlsplit(url).hostname, urlsplit(self.account.url).netloc
        signature = ("--aws-sigv4", f"aws:amz:{REGION}:lambda") if user else ()
        output = self.account.run(
            *("curl", "--silent", "--show-error", "--cacert", str(self.account.authority), "--config", str(settings)),
            *("--connect-to", f"{host}:443:{emulated}", "--header", "Content-Type: application/json", *signature),
            *("--data-binary", f"@{claim}", "--write-out", "\n%{http_code}", url),
        )
        body, _, found = output.rpartition("\n")
        expect(found == str(status), f"{status} for {user.name if user else 'no signature'}", f"{found} {body}")
        return body
