"""Creates keys and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deploy.resources import DeploymentContext, Resource, ResourceCreator

if TYPE_CHECKING:
    from local.deploy.properties import Properties

_NO_IDENTITIES = "moto evaluates conditions wrongly, so no policy is enforced"
_SHORT_RUN = "no run lasts long enough to rotate or delete a key"


def create_key(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Create a key for encryption or for HMACs."""
    key = context.clients.kms.create_key(
        Description=properties.take("Description", logical_id),
        KeySpec=properties.take("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=properties.take("KeyUsage", "ENCRYPT_DECRYPT"),
    )["KeyMetadata"]
    properties.ignore(_NO_IDENTITIES, "KeyPolicy")
    properties.ignore(_SHORT_RUN, "EnableKeyRotation", "RotationPeriodInDays", "PendingWindowInDays")
    properties.ignore("nothing is billed", "Tags")
    return Resource(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})


def create_key_alias(context: DeploymentContext, _logical_id: str, properties: Properties) -> Resource:
    """Create an alias of a key."""
    name = properties.take("AliasName")
    context.clients.kms.create_alias(AliasName=name, TargetKeyId=properties.take("TargetKeyId"))
    return Resource(name)


def create_secret(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Create a secret. It has no value if the template has none."""
    secrets = context.clients.secrets
    name = properties.take("Name", context.default_name(logical_id))
    arn = secrets.create_secret(
        Name=name, Description=properties.take("Description", ""), KmsKeyId=properties.take("KmsKeyId", "")
    )["ARN"]
    if (value := properties.take("SecretString")) is not None:
        secrets.put_secret_value(SecretId=arn, SecretString=value)
    properties.ignore("nothing is billed", "Tags")
    return Resource(arn, {"Id": arn})


KEYS_AND_SECRETS: dict[str, ResourceCreator] = {
    "AWS::KMS::Alias": create_key_alias,
    "AWS::KMS::Key": create_key,
    "AWS::SecretsManager::Secret": create_secret,
}
