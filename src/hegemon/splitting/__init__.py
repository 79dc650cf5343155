"""Multilevel splitting: probabilities of hegemony that plain replicas cannot reach (docs/rare.md)."""
