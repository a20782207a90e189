"""What Lambda puts into a function's environment beside the template's own variables.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from local.processes.aws_clients import CREDENTIALS, REGION

if TYPE_CHECKING:
    from pathlib import Path

    from local.deploy.resources import FunctionResource


def lambda_environment(function: FunctionResource, task_root: Path, aws_url: str) -> dict[str, str]:
    """Return the whole environment of the function's processes, with all AWS services at ``aws_url``."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_REGION": REGION,
        "LAMBDA_TASK_ROOT": str(task_root),
        "_HANDLER": function.handler,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": aws_url,
        # Not from this machine's settings: a role of ours or a proxy is none of the function's.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **function.environment,
    }
