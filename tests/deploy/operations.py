"""What an operator does with the deployed stack: secret, access, checks, pause, redrive."""

from __future__ import annotations

import json

from sealed_ocr.common.kinds import Kind

from tests.deploy.account import Account, User
from tests.deploy.pipeline import Pipeline
from tests.deploy.report import Step, expect
from tests.support.polling import until


def fill_secret(account: Account, step: Step) -> None:
    """Store the vendor's credentials by the AWS CLI."""
    credentials = account.folder / "ocr.json"
    credentials.write_text(json.dumps({"appKey": account.ocr.app_key, "secretKey": account.ocr.secret_key}))
    secret = account.outputs()["OcrSecretArn"]
    account.run(
        *account.aws("secretsmanager", "put-secret-value", "--secret-id", secret),
        *("--secret-string", f"file://{credentials}"),
    )
    stored = account.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    expect(stored == credentials.read_text(), "the stored credentials", "others")
    step.found("stored")


def create_user(account: Account, name: str) -> User:
    """Create a user who has one managed policy of the stack and nothing else."""
    iam = account.client("iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=account.outputs()[f"{name}PolicyArn"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return User(name, key["AccessKeyId"], key["SecretAccessKey"])


def delete_users(account: Account, *users: User) -> None:
    """Delete users, who would otherwise keep the stack's policies from being deleted."""
    iam, outputs = account.client("iam"), account.outputs()
    for user in users:
        iam.detach_user_policy(UserName=user.name, PolicyArn=outputs[f"{user.name}PolicyArn"])
        iam.delete_access_key(UserName=user.name, AccessKeyId=user.key_id)
        iam.delete_user(UserName=user.name)


def doctor(pipeline: Pipeline, step: Step) -> None:
    """Run ``doctor`` with an image. It finds nothing wrong."""
    image = pipeline.image(Kind.CREDIT_CARD, "credit-card")
    output = pipeline.account.run(
        *pipeline.account.ops("doctor", "--image", str(image.path), "--kind", str(Kind.CREDIT_CARD))
    )
    findings = [line.split(maxsplit=1)[0] for line in output.splitlines() if line.strip()]
    expect("processed end to end" in output, "an image that was processed end to end", output)
    step.found(f"{findings.count('proven')} findings are proven, none is wrong")


def redrive(pipeline: Pipeline, step: Step) -> None:
    """Make a dead letter as an outage of hours would, and send it back by ``redrive``.

    While the event source is paused, the message of an upload uses up its receives, so SQS moves it.
    """
    account, outputs = pipeline.account, pipeline.outputs
    sqs, queue, letters = account.client("sqs"), outputs["UploadsQueueUrl"], outputs["UploadsDeadLetterQueueUrl"]
    functions = account.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=outputs["AnalyzeFunctionName"])[
        "EventSourceMappings"
    ]
    switch = account.aws("lambda", "update-event-source-mapping", "--uuid", mapping["UUID"])
    account.run(*switch, "--no-enabled")
    until(lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Disabled", "the pause")
    upload = pipeline.put(Kind.ID_CARD, "driver")

    def dead_letters() -> int:
        attributes = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["ApproximateNumberOfMessages"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])

    def used_up() -> bool:
        sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
        return dead_letters() == 1

    until(used_up, "the move of the upload's message to the dead-letter queue")
    account.run(*switch, "--enabled")
    account.run(*account.ops("redrive", "--yes"))
    pipeline.messages(upload)
    expect(dead_letters() == 0, "an empty dead-letter queue", dead_letters())
    step.found("paused and resumed; a dead letter was sent back and its image analyzed")
