"""Managed policies for callers outside the stack; an operator attaches them to roles."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from sealed_ocr.common.kinds import Kind

from infra.compliance import acknowledge, objects_rule
from infra.encryption import Encryption
from infra.queues import Queues
from infra.storage import Storage

# A signed upload that somebody else gets hold of is worthless after this time, however long its signer made it valid.
_MAX_SIGNATURE_MS = 15 * 60 * 1000


class Access(Construct):
    """The policies of callers outside the stack.

    ``uploader`` puts images, ``upload_signer`` signs uploads that others send, ``consumer`` takes results, and
    ``verifier`` requests verdicts. With the setting ``reviewQueue``, ``reviewer`` takes the results to review.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        encryption: Encryption,
        queues: Queues,
        storage: Storage,
        verify: lambda_.Function,
    ) -> None:
        super().__init__(scope, id_)
        self.uploader = self._policy(
            "Uploader",
            "Put images into the folders of the kinds; read nothing",
            # id-card/ includes id-card/stand-alone/.
            (
                ["s3:PutObject", "s3:AbortMultipartUpload"],
                _images(storage),
            ),
            encryption.sending("s3"),
        )
        # S3 judges a signed upload as a request of its signer.
        self.upload_signer = self._policy(
            "UploadSigner",
            "Sign uploads into the folders of the kinds for browsers and phones; read nothing",
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                resources=_images(storage),
                conditions={
                    "StringEquals": {"s3:authType": ["POST", "REST-QUERY-STRING"]},
                    "NumericLessThanEqualsIfExists": {"s3:signatureAge": _MAX_SIGNATURE_MS},
                },
            ),
            encryption.sending("s3"),
        )
        for policy in (self.uploader, self.upload_signer):
            acknowledge(
                policy,
                "The uploader chooses the names of the images; the policy limits it to the folders of the kinds.",
                *(objects_rule(storage.cfn_images, f"{folder}/*") for folder in _top_folders()),
            )
        reading = encryption.reading("sqs")
        self.consumer = self._policy("Consumer", "Take results from their queue", _taking(queues.results), reading)
        self.reviewer = (
            self._policy(
                "Reviewer",
                "Take the results that a person must review from their queue",
                _taking(queues.review),
                reading,
            )
            if queues.review
            else None
        )
        # A Function URL needs both actions. The condition keeps the second one from invoking the function directly, and
        # so asynchronously: Lambda would repeat the claim and drop the verdict.
        self.verifier = self._policy(
            "Verifier",
            # CloudFormation replaces a policy whose description changes, and roles would keep the former one.
            "Ask for a verdict, by the Function URL or by invoking the function",
            (["lambda:InvokeFunctionUrl"], [verify.function_arn]),
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[verify.function_arn],
                conditions={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
            ),
        )

    def _policy(
        self, id_: str, description: str, *grants: tuple[list[str], list[str]] | iam.PolicyStatement
    ) -> iam.ManagedPolicy:
        return iam.ManagedPolicy(
            self,
            id_,
            description=description,
            statements=[
                grant
                if isinstance(grant, iam.PolicyStatement)
                else iam.PolicyStatement(actions=grant[0], resources=grant[1])
                for grant in grants
            ],
        )


def _images(storage: Storage) -> list[str]:
    return [storage.images.arn_for_objects(f"{folder}/*") for folder in _top_folders()]


def _taking(queue: sqs.Queue) -> tuple[list[str], list[str]]:
    actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl"]
    return [f"sqs:{action}" for action in actions], [queue.queue_arn]


def _top_folders() -> list[str]:
    return sorted({kind.split("/")[0] for kind in Kind})
