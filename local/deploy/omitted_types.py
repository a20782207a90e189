"""Resource types that are left out on purpose, each with its reason. Every other unknown type fails the deployment."""

from __future__ import annotations

_NO_IDENTITIES = "moto's enforcement is wrong on conditions and on several services; grants are tested on the template"
_NO_OPERATORS = "nobody watches a run on this machine but the one who started it"

LEFT_OUT: dict[str, str] = {
    "AWS::CDK::Metadata": "counted by the CDK's makers",
    "AWS::CloudWatch::Alarm": _NO_OPERATORS,
    "AWS::CloudWatch::CompositeAlarm": _NO_OPERATORS,
    "AWS::CloudWatch::Dashboard": _NO_OPERATORS,
    "AWS::IAM::ManagedPolicy": _NO_IDENTITIES,
    "AWS::IAM::Policy": _NO_IDENTITIES,
    "AWS::IAM::Role": _NO_IDENTITIES,
    "AWS::Lambda::Permission": _NO_IDENTITIES,
    "AWS::Logs::LogGroup": "a function's process writes its log to a file",
    "AWS::Logs::MetricFilter": _NO_OPERATORS,
    "AWS::S3::BucketPolicy": "moto ignores conditions, and would deny everything that is to come by TLS",
    "AWS::SNS::Subscription": _NO_OPERATORS,
    "AWS::SNS::Topic": _NO_OPERATORS,
    "AWS::SNS::TopicPolicy": _NO_OPERATORS,
    "AWS::SQS::QueuePolicy": "moto delivers S3's events without it, and ignores conditions",
}
