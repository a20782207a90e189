"""The functions as Lambda has them: ready, fed, and which OCR service they call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sealed_ocr.aws.errors import clean

from ops.common.stack import Stack
from ops.doctor.findings import Finding, proven, tried, unproven, wrong


class Functions:
    """Both functions of a stack; ``ocr_endpoint`` is known once ``findings`` has been gone through."""

    def __init__(self, stack: Stack) -> None:
        """Take the stack; ask nothing yet."""
        self._lambda = stack.clients.functions
        self._analyze = stack.outputs.analyze_function_name
        self._verify = stack.outputs.verify_function_name
        self._here = stack.outputs.ocr_endpoint is not None
        self.ocr_endpoint = stack.outputs.ocr_endpoint

    def findings(self) -> Iterator[Finding]:
        """Ask Lambda, where there is one."""
        if self._here:
            yield unproven("How the functions stand: this pipeline runs on one machine, without Lambda.")
            return
        for what, name in (("analyze", self._analyze), ("verify", self._verify)):
            yield tried(f"The function {what}", partial(self._ready, what, name))
        yield tried("The event source", self._fed)

    def _ready(self, what: str, name: str) -> Finding:
        with clean("GetFunctionConfiguration"):
            found = self._lambda.get_function_configuration(FunctionName=name)
        endpoint = found.get("Environment", {}).get("Variables", {}).get("OCR_ENDPOINT")
        if endpoint is None:
            return wrong(f"The function {what} has no OCR_ENDPOINT: somebody changed its environment.")
        self.ocr_endpoint = self.ocr_endpoint or endpoint
        if endpoint != self.ocr_endpoint:
            return wrong(f"The function {what} calls another OCR service ({endpoint}) than analyze does.")
        if found.get("State") != "Active" or found.get("LastUpdateStatus", "Successful") != "Successful":
            return wrong(f"The function {what} is not ready: {found.get('StateReason', found.get('State'))}.")
        return proven(f"The function {what} is ready, and calls {endpoint}.")

    def _fed(self) -> Finding:
        with clean("ListEventSourceMappings"):
            found = self._lambda.list_event_source_mappings(FunctionName=self._analyze)["EventSourceMappings"]
        states = [str(mapping.get("State")) for mapping in found]
        if "Enabled" not in states:
            return wrong(
                f"The uploads queue does not feed the function: {', '.join(states) or 'nothing connects them'}."
            )
        return proven("The uploads queue feeds the function.")
