"""The stack's life, with the commands of docs/deployment.md: bootstrap, deploy, diff, drift, remove."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import urljoin, urlsplit

from local.processes.aws_clients import ACCOUNT, REGION
from local.processes.child import ROOT
from tests.deploy.account import STACK, Account
from tests.deploy.report import Step, expect

_UNPROTECTED = "removalPolicy=destroy"


class Deployment:
    """The stack ``SealedOcr-prod`` in an account."""

    def __init__(self, account: Account) -> None:
        self._account, self._formation = account, account.client("cloudformation")
        # The settings that operators give with each command.
        self._settings = (
            "-c",
            "stage=prod",
            "-c",
            "alarmEmail=ops@example.com",
            "-c",
            f"ocrEndpoint={account.ocr.url}",
        )

    def bootstrap(self, step: Step) -> None:
        """Prepare the account for the CDK."""
        self._account.run(*self._account.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}"))
        expect(self._status("CDKToolkit") == "CREATE_COMPLETE", "a complete CDKToolkit", self._status("CDKToolkit"))
        step.found("CDKToolkit is complete")

    def deploy(self, step: Step) -> None:
        """Deploy, and compare what arrived with what the project built."""
        self._account.run(*self._account.cdk("deploy", "--require-approval", "never", *self._settings))
        expect(self._status(STACK) == "CREATE_COMPLETE", "a complete stack", self._status(STACK))
        template = json.loads((self._account.folder / "cdk.out" / f"{STACK}.template.json").read_text())
        deployed = self._formation.get_template(StackName=STACK)["TemplateBody"]
        expect(_object(deployed) == template, "the synthesised template, unchanged", "another template")
        states = {item["LogicalResourceId"]: item["ResourceStatus"] for item in self._resources()}
        expect(states == dict.fromkeys(template["Resources"], "CREATE_COMPLETE"), "every resource complete", states)
        step.found(f"the template is unchanged; its {len(states)} resources are complete")
        step.found(self._compare_package())

    def diff(self, step: Step) -> None:
        """Compare the account with the project: nothing differs."""
        self._account.run(*self._account.cdk("diff", "--fail", *self._settings))
        step.found("no difference")

    def drift(self, step: Step) -> None:
        """Compare the resources with the template: nothing was changed by hand. Count what ministack can compare."""
        self._account.run(*self._account.cdk("drift", "--fail", *self._settings))
        drifts = self._formation.describe_stack_resource_drifts(StackName=STACK)
        states = [drift["StackResourceDriftStatus"] for drift in drifts["StackResourceDrifts"]]
        in_sync = states.count("IN_SYNC")
        expect(in_sync and set(states) <= {"IN_SYNC", "NOT_CHECKED"}, "no drift", states)
        step.found(f"{in_sync} resources in sync; {len(self._resources()) - in_sync} cannot be evaluated by ministack")

    def remove(self, step: Step, bucket: str) -> None:
        """Remove the stack as docs/deployment.md says ("Remove"), and look for what is left."""
        destroy = self._account.cdk("destroy", "--force", *self._settings, "-c", _UNPROTECTED)
        self._account.refused("erminat", *destroy)
        step.found("refused while the stack is protected")
        unprotect = self._account.cdk("deploy", "--require-approval", "never", *self._settings, "-c", _UNPROTECTED)
        self._account.run(*unprotect)
        self._empty(bucket)
        self._account.run(*destroy)
        step.found(self._leftovers())

    def _compare_package(self) -> str:
        """Compare the zip that each function runs with the package that the project built, file by file."""
        built = ROOT / "build" / "functions"
        expected = {str(path.relative_to(built)): path.read_bytes() for path in built.rglob("*") if path.is_file()}
        functions = self._account.client("lambda")
        for function in functions.list_functions()["Functions"]:
            code = urlsplit(functions.get_function(FunctionName=function["FunctionName"])["Code"]["Location"])
            # ministack returns its address without TLS.
            answer = self._account.http.request("GET", urljoin(self._account.url, f"{code.path}?{code.query}"))
            with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
                uploaded = {item.filename: package.read(item) for item in package.infolist() if not item.is_dir()}
            expect(uploaded == expected, "the zip to hold build/functions", sorted(uploaded.keys() ^ expected.keys()))
        return f"the uploaded zip holds the {len(expected)} files of build/functions"

    def _empty(self, bucket: str) -> None:
        s3 = self._account.client("s3")
        listing = s3.list_object_versions(Bucket=bucket)
        found = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
        expect(found, "versions in the bucket", listing)
        objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})

    def _leftovers(self) -> str:
        """Expect nothing of the stack but its keys, which wait for their deletion."""
        client = self._account.client
        left = [
            *client("dynamodb").list_tables()["TableNames"],
            *client("sqs").list_queues().get("QueueUrls", []),
            *(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
            *(function["FunctionName"] for function in client("lambda").list_functions()["Functions"]),
            *(group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]),
            *(policy["PolicyName"] for policy in client("iam").list_policies(Scope="Local")["Policies"]),
            *(role["RoleName"] for role in client("iam").list_roles()["Roles"]),
            *(secret["Name"] for secret in client("secretsmanager").list_secrets()["SecretList"]),
            *(alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]),
            *(topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]),
        ]
        left = [name for name in left if STACK.lower() in name.lower()]
        expect(not left, "no resource of the stack", left)
        kms = client("kms")
        states = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]]
        expect(states == ["PendingDeletion"] * 2, "two keys that wait for their deletion", states)
        return "nothing is left but two keys, which wait for their deletion"

    def _status(self, stack: str) -> str:
        (found,) = self._formation.describe_stacks(StackName=stack)["Stacks"]
        return str(found["StackStatus"])

    def _resources(self) -> list[dict[str, Any]]:
        pages = self._formation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        return [resource for page in pages for resource in page["StackResourceSummaries"]]


def _object(template: object) -> object:
    return json.loads(template) if isinstance(template, str) else template
