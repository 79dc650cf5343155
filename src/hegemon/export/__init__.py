"""Tables of a run in the formats that other programs read: CSV, Parquet, Stata, netCDF.

`tables` says what the columns are and makes their rows, some at a time; `text`, `parquet` and `stata` write
them; `writing` chooses, refuses what cannot be done, and sees to it that a file is whole or not there.
"""

from __future__ import annotations

from hegemon.export.writing import FORMATS, Source, Written, export

__all__ = ["FORMATS", "Source", "Written", "export"]
