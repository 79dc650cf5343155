"""Settings of the documentation, built by `make docs`."""

from importlib.metadata import version as version_of

project = "hegemon"
author = "The hegemon developers"
copyright = "2026, The hegemon developers"
version = release = version_of("hegemon")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

autodoc_typehints = "none"  # numpydoc sections say types in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False
nitpicky = False

html_theme = "furo"
html_title = f"hegemon {version}"
html_theme_options = {"source_repository": "", "navigation_with_keys": True}
