"""Which keys matter most: Sobol' indices and Morris' screening of outputs that are themselves estimates.

`analyse` runs a study through the engine and estimates it; `fit` makes a surrogate of P from its points.
"""

from hegemon.sensitivity.designs import Study
from hegemon.sensitivity.study import Sensitivity, analyse, plan
from hegemon.sensitivity.surrogate import Surrogate, fit

__all__ = ["Sensitivity", "Study", "Surrogate", "analyse", "fit", "plan"]
