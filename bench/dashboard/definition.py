"""The dashboard and the alarms of a synthesised template, with references as names of the stack's outputs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from bench.dashboard.recorded import Key, Recorded

_ALARM, _COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"


class Definition:
    """Reads a template."""

    def __init__(self, template: Path) -> None:
        """Read the file."""
        body = json.loads(template.read_text())
        self._resources: dict[str, Any] = body["Resources"]
        self._outputs = {
            out["Value"].get("Ref") or out["Value"].get("Fn::GetAtt", [""])[0]: name
            for name, out in body["Outputs"].items()
            if isinstance(out["Value"], dict)
        }
        (dashboard,) = (each for each in self._resources.values() if each["Type"] == "AWS::CloudWatch::Dashboard")
        self.widgets: list[dict[str, Any]] = json.loads(self._text(dashboard["Properties"]["DashboardBody"]))["widgets"]

    def alarms(self, recorded: Recorded) -> dict[str, tuple[str, bool]]:
        """Return the alarms by their logical id: the name, and whether it is on at the end of the run.

        A point of the run stands for a period of five minutes. Suppression is not computed: it changes no state.
        """
        states: dict[str, tuple[str, bool]] = {}
        for id_, resource in self._resources.items():
            properties = resource.get("Properties", {})
            if resource["Type"] == _ALARM:
                key = self._key_of(properties)
                values = recorded.statistic(key, properties.get("Statistic") or properties["ExtendedStatistic"])
                last = np.nan_to_num(values[-properties["EvaluationPeriods"] :], nan=-1)
                on = int((last >= properties["Threshold"]).sum()) >= properties["DatapointsToAlarm"]
                states[id_] = (properties["AlarmName"], on)
        for id_, resource in self._resources.items():
            if resource["Type"] == _COMPOSITE:
                parts = re.findall(r'ALARM\("([^"]+)"\)', self._text(resource["Properties"]["AlarmRule"]))
                states[id_] = (resource["Properties"]["AlarmName"], any(states[part][1] for part in parts))
        return states

    def _key_of(self, alarm: dict[str, Any]) -> Key:
        dimensions = {each["Name"]: self._text(each["Value"]) for each in alarm["Dimensions"]}
        return alarm["Namespace"], alarm["MetricName"], tuple(dimensions[name] for name in sorted(dimensions))

    def _text(self, value: Any) -> str:
        match value:
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(map(self._text, parts))
            case {"Ref": str(id_)} | {"Fn::GetAtt": [str(id_), *_]}:
                return str(self._outputs.get(id_) or {"AWS::Region": "ap-northeast-2"}.get(id_, id_))
            case _:
                return str(value)
