"""Resource types that are not deployed here, with the reasons. Any other unknown type makes the deployment fail."""

from __future__ import annotations

_NO_IDENTITIES = "moto evaluates conditions and several services wrongly; tests on the template check the grants"
_NO_OPERATORS = "only the user who started it observes a run on this machine"
_NO_NETWORK = "processes of one machine need no network of their own"

OMITTED_TYPES: dict[str, str] = {
    "AWS::CDK::Metadata": "usage statistics of the CDK",
    "AWS::CloudWatch::Alarm": _NO_OPERATORS,
    "AWS::CloudWatch::CompositeAlarm": _NO_OPERATORS,
    "AWS::CloudWatch::Dashboard": _NO_OPERATORS,
    "AWS::EC2::EIP": _NO_NETWORK,
    "AWS::EC2::FlowLog": _NO_NETWORK,
    "AWS::EC2::InternetGateway": _NO_NETWORK,
    "AWS::EC2::NatGateway": _NO_NETWORK,
    "AWS::EC2::Route": _NO_NETWORK,
    "AWS::EC2::RouteTable": _NO_NETWORK,
    "AWS::EC2::SecurityGroup": _NO_NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NO_NETWORK,
    "AWS::EC2::Subnet": _NO_NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NO_NETWORK,
    "AWS::EC2::VPC": _NO_NETWORK,
    "AWS::EC2::VPCEndpoint": _NO_NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NO_NETWORK,
    "AWS::IAM::ManagedPolicy": _NO_IDENTITIES,
    "AWS::IAM::Policy": _NO_IDENTITIES,
    "AWS::IAM::Role": _NO_IDENTITIES,
    "AWS::Lambda::EventInvokeConfig": "nothing invokes a function asynchronously here",
    "AWS::Lambda::Permission": _NO_IDENTITIES,
    "AWS::Logs::LogGroup": "a function's process logs to a file",
    "AWS::Logs::MetricFilter": _NO_OPERATORS,
    "AWS::Logs::QueryDefinition": _NO_OPERATORS,
    "AWS::S3::BucketPolicy": "moto ignores conditions, so the TLS-only policy would deny everything",
    "AWS::SNS::Subscription": _NO_OPERATORS,
    "AWS::SNS::Topic": _NO_OPERATORS,
    "AWS::SNS::TopicPolicy": _NO_OPERATORS,
    "AWS::SQS::QueuePolicy": "moto delivers S3 events without it and ignores conditions",
}
