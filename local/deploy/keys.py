"""Keys and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deploy.resources import Create, Resource, Site

if TYPE_CHECKING:
    from local.deploy.properties import Properties

_NO_IDENTITIES = "moto's enforcement of policies is wrong on conditions, so nothing is enforced"
_SHORT = "no run lasts long enough to rotate or delete a key"


def create_key(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Make a key, for encryption or for HMACs."""
    key = site.clients.kms.create_key(
        Description=properties.take("Description", logical_id),
        KeySpec=properties.take("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=properties.take("KeyUsage", "ENCRYPT_DECRYPT"),
    )["KeyMetadata"]
    properties.leave_out(_NO_IDENTITIES, "KeyPolicy")
    properties.leave_out(_SHORT, "EnableKeyRotation", "RotationPeriodInDays", "PendingWindowInDays")
    properties.leave_out("nobody is billed", "Tags")
    return Resource(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})


def create_key_alias(site: Site, _logical_id: str, properties: Properties) -> Resource:
    """Give a key its alias."""
    name = properties.take("AliasName")
    site.clients.kms.create_alias(AliasName=name, TargetKeyId=properties.take("TargetKeyId"))
    return Resource(name)


def create_secret(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Make a secret, without a value when the template has none."""
    secrets = site.clients.secrets
    name = properties.take("Name", site.name(logical_id))
    arn = secrets.create_secret(
        Name=name, Description=properties.take("Description", ""), KmsKeyId=properties.take("KmsKeyId", "")
    )["ARN"]
    if (value := properties.take("SecretString")) is not None:
        secrets.put_secret_value(SecretId=arn, SecretString=value)
    properties.leave_out("nobody is billed", "Tags")
    return Resource(arn, {"Id": arn})


KEYS: dict[str, Create] = {
    "AWS::KMS::Alias": create_key_alias,
    "AWS::KMS::Key": create_key,
    "AWS::SecretsManager::Secret": create_secret,
}
