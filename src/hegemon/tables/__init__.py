"""Estimates as rows of text, for terminals, notebooks and reports alike."""
