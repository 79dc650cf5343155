"""A run, or two, as one self-contained HTML page.

`sections` and the modules it calls say what stands on the page, as tables, figures and sentences; `drawing`
and `charts` make the figures; `page` fills the template. uPlot (MIT), which draws the interactive charts,
stands in `static` and is written into the page.
"""

from __future__ import annotations

from hegemon.report.writing import compare_page, report, require_target

__all__ = ["compare_page", "report", "require_target"]
