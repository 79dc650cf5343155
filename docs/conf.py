"""Settings of the documentation, built by `make docs`."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "hegemon"
author = "The hegemon developers"
copyright = "2026, The hegemon developers"
version = release = version_of("hegemon")

extensions = [
    "keys",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "commands",  # after the one that it mends
]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "extensions"]
smartquotes = False  # they would change the dashes and quotes of commands

autodoc_typehints = "none"  # numpydoc sections say types in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False
nitpicky = False

html_theme = "furo"
html_title = f"hegemon {version}"
html_theme_options = {"source_repository": "", "navigation_with_keys": True}
