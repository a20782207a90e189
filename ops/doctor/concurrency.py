"""Compares the analyze function's concurrency with the account's: both functions run in the same pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

from ops.doctor.findings import Finding, proven, wrong

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


def check_concurrency(functions: LambdaClient, analyze: str) -> Finding:
    """Check that uploads cannot use up the concurrent executions that verify needs.

    Parameters
    ----------
    functions
        The client of Lambda.
    analyze
        The name of the analyze function.

    Raises
    ------
    AwsError
        If Lambda fails or refuses.
    """
    with translate_errors("GetAccountSettings"):
        account = functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    with translate_errors("ListEventSourceMappings"):
        sources = functions.list_event_source_mappings(FunctionName=analyze)["EventSourceMappings"]
    # Without a maximum, Lambda's own limit of an event source applies.
    most = sum((source.get("ScalingConfig") or {}).get("MaximumConcurrency", 1250) for source in sources)
    shares = f"the account has {account} unreserved concurrent executions, and analyze may use {most} of them"
    if most >= account:
        return wrong(
            f"A burst of uploads leaves no execution for verify: {shares}. Deploy with a smaller maxConcurrency, or "
            "ask AWS for a higher quota."
        )
    return proven(f"Uploads leave {account - most} executions for verify and other functions: {shares}.")
