"""The parameters of the model: validated sections, their registry, and the values a kernel takes."""

from __future__ import annotations

from hegemon.parameters._ranges import Range
from hegemon.parameters.arms import Arms
from hegemon.parameters.balancing import Balancing
from hegemon.parameters.bandwagoning import Bandwagoning
from hegemon.parameters.geography import Geography
from hegemon.parameters.growth import Growth
from hegemon.parameters.hegemony import Hegemony
from hegemon.parameters.kernel import kernel_values
from hegemon.parameters.model import Model
from hegemon.parameters.registry import ParameterInfo, all_parameters, nearest, parameter
from hegemon.parameters.secession import Secession
from hegemon.parameters.system import System
from hegemon.parameters.threat import Threat
from hegemon.parameters.war import War

__all__ = [
    "Arms",
    "Balancing",
    "Bandwagoning",
    "Geography",
    "Growth",
    "Hegemony",
    "Model",
    "ParameterInfo",
    "Range",
    "Secession",
    "System",
    "Threat",
    "War",
    "all_parameters",
    "kernel_values",
    "nearest",
    "parameter",
]
