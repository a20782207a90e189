"""The stack of one stage: its constructs and its outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, DefaultStackSynthesizer, Stack, Tags

from infra.access import Access
from infra.analyze_function import AnalyzeFunction
from infra.claim_sealing import ClaimSealing
from infra.encryption import Encryption
from infra.endpoints import Endpoints
from infra.function_network import ANY_ACCOUNT, connect
from infra.log_queries import LogQueries
from infra.monitoring import Monitoring
from infra.prices import as_output
from infra.private_network import PrivateNetwork
from infra.queues import Queues
from infra.storage import Storage
from infra.verify_function import VerifyFunction

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from infra.settings import StageSettings


class SealedOcrStack(Stack):
    """All resources of one stage, named ``SealedOcr-<stage>``.

    Parameters
    ----------
    code
        The code of both functions.
    """

    def __init__(self, scope: Construct, settings: StageSettings, *, code: lambda_.Code) -> None:
        super().__init__(
            scope,
            f"SealedOcr-{settings.stage}",
            description="Sealed OCR: card and ID-card images in, their fields out",
            # The command line checks the bootstrap itself; the rule would add a parameter to the template.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
            termination_protection=settings.removal_policy == "retain",
        )
        Tags.of(self).add("sealed-ocr:stage", settings.stage)
        encryption = Encryption(self, "Encryption", settings)
        queues = Queues(self, "Queues", settings=settings, encryption=encryption)
        storage = Storage(self, "Storage", settings=settings, encryption=encryption, queues=queues)
        sealing = ClaimSealing(self, "ClaimSealing", settings) if settings.seals_claims else None
        analyze = AnalyzeFunction(
            self,
            "Analysis",
            settings=settings,
            encryption=encryption,
            queues=queues,
            storage=storage,
            sealing=sealing,
            code=code,
        )
        verify = VerifyFunction(
            self, "Verification", settings=settings, encryption=encryption, storage=storage, sealing=sealing, code=code
        )
        self._connect(settings, encryption, queues, storage, analyze, verify, sealing)
        access = Access(
            self,
            "Access",
            encryption=encryption,
            queues=queues,
            storage=storage,
            verify=verify.function,
        )
        LogQueries(self, "LogQueries", groups=[analyze.function.log_group, verify.function.log_group])
        monitoring = Monitoring(
            self,
            "Monitoring",
            settings=settings,
            encryption=encryption,
            queues=queues,
            analyze=analyze.function,
            verify=verify.function,
        )
        self._export_outputs(
            ImageBucketName=storage.images.bucket_name,
            UploadsQueueUrl=queues.uploads.queue_url,
            UploadsDeadLetterQueueUrl=queues.uploads_dead_letters.queue_url,
            ResultsQueueUrl=queues.results.queue_url,
            ResultsDeadLetterQueueUrl=queues.results_dead_letters.queue_url,
            DocumentsTableName=storage.documents.table_name,
            RequestKeysTableName=storage.request_keys.table_name,
            OcrSecretArn=storage.ocr_secret.ref,
            AnalyzeFunctionName=analyze.function.function_name,
            VerifyFunctionName=verify.function.function_name,
            VerifyFunctionUrl=verify.url.url,
            UploaderPolicyArn=access.uploader.managed_policy_arn,
            UploadSignerPolicyArn=access.upload_signer.managed_policy_arn,
            ConsumerPolicyArn=access.consumer.managed_policy_arn,
            VerifierPolicyArn=access.verifier.managed_policy_arn,
            AlarmTopicArn=monitoring.topic.topic_arn,
            NoticeTopicArn=monitoring.notices.topic_arn,
            DashboardUrl=monitoring.dashboard.url,
            PricesPerThousand=as_output(settings),
        )
        if settings.simulate:
            self._export_outputs(Simulated=json.dumps({"maxUnknownAttempts": settings.max_unknown_attempts}))
        if queues.review and queues.review_dead_letters and access.reviewer:
            self._export_outputs(
                ReviewQueueUrl=queues.review.queue_url,
                ReviewDeadLetterQueueUrl=queues.review_dead_letters.queue_url,
                ReviewerPolicyArn=access.reviewer.managed_policy_arn,
            )

    def _connect(
        self,
        settings: StageSettings,
        encryption: Encryption,
        queues: Queues,
        storage: Storage,
        analyze: AnalyzeFunction,
        verify: VerifyFunction,
        sealing: ClaimSealing | None,
    ) -> None:
        """Connect both functions to the network of the settings, if there is one."""
        functions = (analyze.function, verify.function)
        if settings.private_network:
            network = PrivateNetwork(self, "Network", settings=settings, encryption=encryption)
            Endpoints(
                network, "Endpoints", queues=queues, storage=storage, analyze=analyze, verify=verify, sealing=sealing
            )
            self._export_outputs(NatAddress=network.nat_address.ref)
            for function in functions:
                connect(
                    function,
                    subnet_ids=network.subnet_ids,
                    security_group_ids=[network.functions_group.security_group_id],
                    owner=self.account,
                )
                # It starts when its ways out are there, and ends before them.
                function.node.add_dependency(network)
        elif settings.subnet_ids:
            for function in functions:
                connect(
                    function,
                    subnet_ids=settings.subnet_ids,
                    security_group_ids=settings.security_group_ids,
                    owner=ANY_ACCOUNT,
                )

    def _export_outputs(self, **outputs: str) -> None:
        """Export ``outputs``. Their names are a contract with the operator's tools and the local pipeline."""
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
