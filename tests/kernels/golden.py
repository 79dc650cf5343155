"""Digests of the outcomes of fixed systems, as bytes.

    python tests/kernels/golden.py            print them, with the CPU that the kernels were compiled for
    python tests/kernels/golden.py --write    put them into golden.json, with the present MODEL_VERSION

golden.json ships with `hegemon selftest`. It holds the systems too, by symbol, so that no change elsewhere
moves them.
"""

from __future__ import annotations

import json
import sys

from numba.core.registry import cpu_target

import hegemon_kernels as hk
from hegemon.selftest import golden


def main() -> None:
    kept = golden.load()
    found = golden.digests(kept["systems"])
    if "--write" in sys.argv[1:]:
        kept = {"model_version": hk.MODEL_VERSION, "digests": found, "systems": kept["systems"]}
        golden.FILE.write_text(json.dumps(kept, indent=1) + "\n")
    _, name, features = cpu_target.target_context.codegen().magic_tuple()
    json.dump({"cpu": name, "features": features, "digests": found}, sys.stdout)


if __name__ == "__main__":
    main()
