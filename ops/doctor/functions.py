"""Checks of the functions: that Lambda has them ready, that the queue feeds them, and which OCR service they call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.common.setting_name import Setting

from ops.common.stack import DeployedStack
from ops.doctor.concurrency import check_concurrency
from ops.doctor.findings import Finding, proven, run_check, unproven, wrong

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import VpcConfigResponseTypeDef


_CEILINGS = ((Setting.MAX_CALLS_PER_HOUR, "an hour"), (Setting.MAX_CALLS_PER_DAY, "a day"))


class FunctionChecks:
    """Checks both functions of a stack. The endpoints and networks are set once ``findings`` is exhausted."""

    def __init__(self, stack: DeployedStack) -> None:
        """Take the stack without calling AWS."""
        self._lambda = stack.clients.functions
        self._analyze = stack.outputs.analyze_function_name
        self._verify = stack.outputs.verify_function_name
        self._is_local = stack.outputs.ocr_endpoint is not None
        self._simulated = stack.outputs.simulated is not None
        self.ocr_endpoint = stack.outputs.ocr_endpoint
        self.oauth_endpoint = stack.outputs.oauth_endpoint
        self._bounded: list[str] = []
        self.networks: dict[str, VpcConfigResponseTypeDef] = {}

    def findings(self) -> Iterator[Finding]:
        """Yield the findings about both functions and the event source. A local pipeline has no Lambda to ask."""
        if self._is_local:
            yield unproven("That the functions are ready. This is a local pipeline without Lambda.")
            return
        for function, name in (("analyze", self._analyze), ("verify", self._verify)):
            yield run_check(f"The function {function}", partial(self._check_ready, function, name))
        yield self._ceiling()
        yield run_check("The event source", self._check_event_source)
        yield run_check("The concurrency", partial(check_concurrency, self._lambda, self._analyze))

    def _ceiling(self) -> Finding:
        if self._bounded:
            return proven("Spending has a ceiling: " + " and ".join(self._bounded) + ".")
        return unproven(
            "That spending is bounded. Set maxCallsPerHour or maxCallsPerDay, so that an uploader's loop cannot spend "
            "more than you allow."
        )

    def _check_ready(self, function: str, name: str) -> Finding:
        with translate_errors("GetFunctionConfiguration"):
            found = self._lambda.get_function_configuration(FunctionName=name)
        self.networks[function] = found.get("VpcConfig") or {}
        variables = found.get("Environment", {}).get("Variables", {})
        self._bounded += [
            f"{int(variables[ceiling]):,} calls {period}" for ceiling, period in _CEILINGS if variables.get(ceiling)
        ]
        endpoint = variables.get(Setting.OCR_ENDPOINT)
        self.oauth_endpoint = self.oauth_endpoint or variables.get(Setting.OCR_OAUTH_ENDPOINT)
        if endpoint is None:
            return wrong(f"The function {function} has no OCR_ENDPOINT: somebody changed its environment.")
        self.ocr_endpoint = self.ocr_endpoint or endpoint
        if endpoint != self.ocr_endpoint:
            return wrong(f"The function {function} calls another OCR service ({endpoint}) than analyze does.")
        if found.get("State") == "Inactive":
            return unproven(
                f"That the function {function} is ready. It was idle for weeks, and Lambda has removed its network "
                "interfaces. Its next invocation fails and makes new ones, which takes minutes."
            )
        if found.get("State") != "Active" or found.get("LastUpdateStatus", "Successful") != "Successful":
            return wrong(f"The function {function} is not ready: {found.get('StateReason', found.get('State'))}.")
        simulates = bool(variables.get(Setting.SIMULATE))
        if simulates is not self._simulated:
            return wrong(
                f"The function {function} {'simulates' if simulates else 'calls'} the OCR service, unlike the stack: "
                "somebody changed its environment."
            )
        return proven(f"The function {function} is ready, and {'simulates' if simulates else 'calls'} {endpoint}.")

    def _check_event_source(self) -> Finding:
        with translate_errors("ListEventSourceMappings"):
            found = self._lambda.list_event_source_mappings(FunctionName=self._analyze)["EventSourceMappings"]
        states = [str(mapping.get("State")) for mapping in found]
        if "Enabled" not in states:
            return wrong(
                f"The uploads queue does not feed the function: {', '.join(states) or 'there is no event source'}."
            )
        return proven("The uploads queue feeds the function.")
