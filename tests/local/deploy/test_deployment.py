"""Deploys templates to the emulated AWS: which resources are created, and what is refused."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from local.deploy.deployment import Deployment
from local.deploy.errors import DeployError
from local.deploy.resources import DeploymentContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.processes.aws_clients import AwsClients

    Deploy = Callable[..., Deployment]

FUNCTION_URL = "http://127.0.0.1:9/"
RESOURCES: dict[str, Any] = {
    # In an order that cannot be deployed, so that the references have to determine the order.
    "Url": {
        "Type": "AWS::Lambda::Url",
        "Properties": {"AuthType": "AWS_IAM", "TargetFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]}},
    },
    "Feed": {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "BatchSize": 20,
            "EventSourceArn": {"Fn::GetAtt": ["Uploads", "Arn"]},
            "FunctionName": {"Ref": "Function"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumBatchingWindowInSeconds": 2,
            "ScalingConfig": {"MaximumConcurrency": 3},
        },
    },
    "Function": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "a.zip"},
            "Environment": {"Variables": {"TABLE": {"Ref": "Table"}, "KEY": {"Fn::GetAtt": ["Claims", "Arn"]}}},
            "Handler": "trial.handler",
            "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": "Log"}},
            "MemorySize": 512,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.13",
            "Timeout": 120,
        },
        "DependsOn": ["Role"],
    },
    "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
    "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 90}},
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "VersioningConfiguration": {"Status": "Enabled"},
            "NotificationConfiguration": {
                "QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Uploads", "Arn"]}}]
            },
        },
        "DependsOn": "Uploads",
    },
    "Uploads": {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
            "MaximumMessageSize": 262144,
            "MessageRetentionPeriod": 345600,
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
            "VisibilityTimeout": 720,
        },
        "DeletionPolicy": "Retain",
    },
    "Dead": {"Type": "AWS::SQS::Queue"},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24"}},
    "Table": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "documentId", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "documentId", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
        },
    },
    "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {}, "EnableKeyRotation": True}},
    "Claims": {
        "Type": "AWS::KMS::Key",
        "Properties": {"KeyPolicy": {}, "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    },
    "Alias": {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": "alias/trial", "TargetKeyId": {"Ref": "Key"}},
    },
    "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}},
}
OUTPUTS = {name: {"Value": {"Ref": name}} for name in ("Bucket", "Uploads", "Table", "Secret", "Claims", "Role")}


@pytest.fixture
def deploy(aws: AwsClients) -> Deploy:
    def deploy(resources: dict[str, Any], **sections: Any) -> Deployment:
        site = DeploymentContext(aws, f"trial-{uuid.uuid4().hex[:8]}", FUNCTION_URL)
        deployment = Deployment({"Resources": resources, "Outputs": OUTPUTS, **sections}, site)
        deployment.deploy()
        return deployment

    return deploy


@pytest.fixture(scope="session")
def deployed(aws: AwsClients) -> Deployment:
    deployment = Deployment({"Resources": RESOURCES, "Outputs": OUTPUTS}, DeploymentContext(aws, "whole", FUNCTION_URL))
    deployment.deploy()
    return deployment


def test_the_queue_has_the_template_s_attributes(deployed: Deployment, aws: AwsClients) -> None:
    attributes = aws.sqs.get_queue_attributes(QueueUrl=deployed.output("Uploads"), AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "720"
    assert attributes["MessageRetentionPeriod"] == "345600"
    assert attributes["MaximumMessageSize"] == "262144"
    assert ":key/" in attributes["KmsMasterKeyId"]
    policy = json.loads(attributes["RedrivePolicy"])
    assert policy["maxReceiveCount"] == 3
    assert policy["deadLetterTargetArn"].endswith("whole-Dead")


def test_an_upload_to_the_versioned_bucket_sends_an_event_like_s3_s(deployed: Deployment, aws: AwsClients) -> None:
    bucket, queue = deployed.output("Bucket"), deployed.output("Uploads")
    put = aws.s3.put_object(Bucket=bucket, Key="id-card/a b+c%d 한글.png", Body=b"12345")
    assert put["VersionId"] not in ("", "null")
    bodies = [
        json.loads(m["Body"]) for m in aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    ]
    assert bodies[0]["Event"] == "s3:TestEvent"
    (record,) = bodies[1]["Records"]
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == bucket
    # moto omits versionId and sequencer, so the handlers have to use the ETag.
    assert record["s3"]["object"] == {
        "key": "id-card%2Fa+b%2Bc%25d+%ED%95%9C%EA%B8%80.png",
        "size": 5,
        "eTag": put["ETag"].strip('"'),
    }


def test_the_table_s_items_expire(deployed: Deployment, aws: AwsClients) -> None:
    name = deployed.output("Table")
    table = aws.dynamodb.describe_table(TableName=name)["Table"]
    assert table["KeySchema"] == [{"AttributeName": "documentId", "KeyType": "HASH"}]
    assert aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expiresAt",
    }


def test_the_claims_key_creates_hmacs(deployed: Deployment, aws: AwsClients) -> None:
    key = deployed.output("Claims")
    macs = {
        aws.kms.generate_mac(KeyId=key, MacAlgorithm="HMAC_SHA_256", Message=message)["Mac"]
        for message in (b"one", b"one", b"two")
    }
    assert len(macs) == 2


def test_the_secret_has_no_value_at_first(deployed: Deployment, aws: AwsClients) -> None:
    secret = deployed.output("Secret")
    assert secret.startswith("arn:aws:secretsmanager:")
    with pytest.raises(aws.secrets.exceptions.ResourceNotFoundException):
        aws.secrets.get_secret_value(SecretId=secret)


def test_the_function_and_its_event_source_are_registered(deployed: Deployment) -> None:
    (function,) = deployed.context.functions.values()
    assert (function.name, function.handler, function.runtime) == ("whole-Function", "trial.handler", "python3.13")
    assert (function.timeout, function.memory) == (120, 512)
    assert function.environment["TABLE"] == "whole-Table"
    assert function.environment["KEY"].startswith("arn:aws:kms:")
    assert function.environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    (mapping,) = deployed.context.mappings
    assert mapping.queue_url == deployed.output("Uploads")
    assert (mapping.function, mapping.batch_size, mapping.window) == ("whole-Function", 20, 2)
    assert (mapping.partial, mapping.maximum_concurrency) == (True, 3)
    assert deployed.context.url_function == "whole-Function"


def test_an_output_of_an_omitted_resource_is_refused(deployed: Deployment) -> None:
    with pytest.raises(DeployError, match="Role"):
        deployed.output("Role")
    with pytest.raises(DeployError, match="Nowhere"):
        deployed.output("Nowhere")


def test_an_unsupported_type_fails_before_anything_is_created(deploy: Deploy, aws: AwsClients) -> None:
    name = f"first-{uuid.uuid4().hex}"
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
    with pytest.raises(DeployError, match=r"AWS::Events::Rule of Rule"):
        deploy({"Queue": queue, "Rule": {"Type": "AWS::Events::Rule"}})
    assert "QueueUrls" not in aws.sqs.list_queues(QueueNamePrefix=name)


@pytest.mark.parametrize(
    ("kind", "properties", "named"),
    [
        ("AWS::SQS::Queue", {"FifoQueue": True}, r"R \(AWS::SQS::Queue\)\.FifoQueue"),
        ("AWS::S3::Bucket", {"AccelerateConfiguration": {}}, r"R \(AWS::S3::Bucket\)\.AccelerateConfiguration"),
        (
            "AWS::S3::Bucket",
            {"NotificationConfiguration": {"TopicConfigurations": []}},
            r"NotificationConfiguration\.TopicConfigurations",
        ),
        ("AWS::DynamoDB::Table", {"StreamSpecification": {}}, "StreamSpecification"),
        ("AWS::KMS::Key", {"MultiRegion": True}, "MultiRegion"),
        ("AWS::SecretsManager::Secret", {"GenerateSecretString": {}}, "GenerateSecretString"),
        ("AWS::Lambda::Function", {"Layers": []}, "Layers"),
        ("AWS::Lambda::Function", {"LoggingConfig": {"Other": 1}}, r"LoggingConfig\.Other"),
    ],
)
def test_an_unsupported_property_is_named(deploy: Deploy, kind: str, properties: dict[str, Any], named: str) -> None:
    needed = RESOURCES["Table"]["Properties"] if kind == "AWS::DynamoDB::Table" else {}
    with pytest.raises(DeployError, match=named):
        deploy({"R": {"Type": kind, "Properties": needed | properties}})


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ({"Type": "AWS::SQS::Queue", "Condition": "Sometimes"}, "Condition"),
        ({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Missing"}}}, "Missing"),
        ({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::If": [1, 2, 3]}}}, "Fn::If"),
    ],
)
def test_an_unsupported_condition_reference_or_function_is_named(
    deploy: Deploy, resource: dict[str, Any], named: str
) -> None:
    with pytest.raises(DeployError, match=named):
        deploy({"R": resource})


def test_an_unsupported_section_is_named(deploy: Deploy) -> None:
    with pytest.raises(DeployError, match="Conditions"):
        deploy({}, Conditions={"Sometimes": {"Fn::Equals": [1, 1]}})


def test_a_parameter_has_its_default_value(deploy: Deploy, aws: AwsClients) -> None:
    name = f"named-{uuid.uuid4().hex}"
    deploy(
        {"Uploads": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}},
        Parameters={"Name": {"Type": "String", "Default": name}},
    )
    assert aws.sqs.get_queue_url(QueueName=name)["QueueUrl"].endswith(name)
