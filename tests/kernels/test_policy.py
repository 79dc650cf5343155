"""Rules that every kernel keeps: strict arithmetic, addressed randomness, no allocation, honest caches."""

from __future__ import annotations

import ast
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import hegemon_kernels
from kernels import machine_code, processes

PACKAGE = Path(hegemon_kernels.__file__).parent
SOURCES = sorted(PACKAGE.glob("*.py"))
ALL_SOURCES = pytest.mark.parametrize("name", [path.name for path in SOURCES])

# The platform's libm is not the same everywhere; constants are.
LIBM_ALLOWED = {"inf", "nan", "pi", "factorial"}
FORBIDDEN_IMPORTS = {"random", "logging", "time", "socket", "subprocess", "io", "sys", "secrets"}
FORBIDDEN_CALLS = {"print", "open", "input", "eval", "exec"}
FORBIDDEN_NUMPY = {
    *("random", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "power"),
    *("hypot", "dot", "matmul", "einsum", "load", "save", "savez", "loadtxt", "savetxt", "fromfile"),
}  # fmt: skip


def offences(source: str, home_of_policy: bool = False) -> list[str]:
    """What a kernel source must not hold."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [a.name for a in names if a.name.split(".")[0] in FORBIDDEN_IMPORTS]
            case ast.ImportFrom(module=str(module), names=names):
                found += [module] if module.split(".")[0] in FORBIDDEN_IMPORTS else []
                found += [f"math.{a.name}" for a in names if module == "math" and a.name not in LIBM_ALLOWED]
                found += [a.name for a in names if a.name in ("njit", "jit", "vectorize", "prange")]
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in LIBM_ALLOWED:
                found.append(f"math.{name}")
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in FORBIDDEN_NUMPY:
                found.append(f"np.{name}")
            case ast.Attribute(value=ast.Name(id="numba"), attr="njit" | "jit") if not home_of_policy:
                found.append("njit outside its home")
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                found.append(name)
            case ast.keyword(arg="fastmath" | "parallel", value=ast.Constant(value=x)) if x is not False:
                found.append("fastmath or parallel")
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                found += [
                    "fastmath or parallel"
                    for key, value in pairs
                    if isinstance(key, ast.Constant)
                    and key.value in ("fastmath", "parallel")
                    and not (isinstance(value, ast.Constant) and value.value is False)
                ]
            case ast.Attribute(attr="fma") | ast.Constant(value="llvm.fma" | "llvm.fmuladd"):
                found.append("fma")
            case ast.Attribute(attr="write_text" | "write_bytes"):
                found.append("writes a file")
    return found


@ALL_SOURCES
def test_sources_are_strict(name):
    assert offences((PACKAGE / name).read_text(), home_of_policy=name == "_jit.py") == []


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nx = np.random.default_rng(1)",
        "import random",
        "from math import exp",
        "import math\ny = math.log(2.0)",
        "import numpy as np\ny = np.exp(x)",
        "import numba\nf = numba.njit(g)",
        "f = njit(fastmath=True)(g)",
        "OPTIONS = {'fastmath': {'contract'}}",
        "OPTIONS = {'parallel': True}",
        "print(1)",
        "with open('x') as f: pass",
        "y = builder.fma(a, b, c)",
    ],
)
def test_offences_are_noticed(source):
    assert len(offences(source)) == 1


# The cache of compiled kernels


def policy_of(package: Path) -> ModuleType:
    """The compile policy of a copy of the package, loaded by itself."""
    spec = importlib.util.spec_from_file_location("policy_of_a_copy", package / "_jit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path) -> Path:
    copy = tmp_path / "copy" / "hegemon_kernels"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_copy_has_the_same_digest(package):
    assert policy_of(package).sources_digest() == hegemon_kernels.sources_digest()


@ALL_SOURCES
def test_the_cache_directory_depends_on_every_source(name, package, monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    before = policy_of(package).cache_directory()
    assert before.parent == tmp_path
    path = package / name
    path.write_text(path.read_text() + "\n# one more line\n")
    assert policy_of(package).cache_directory() != before


def test_the_cache_directory_depends_on_the_names_of_sources(package):
    before = policy_of(package).sources_digest()
    (package / "war.py").rename(package / "peace.py")
    assert policy_of(package).sources_digest() != before


def test_the_cache_directory_without_numba_s_own(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    digest = hegemon_kernels.sources_digest()
    assert policy_of(PACKAGE).cache_directory() == tmp_path / "hegemon" / digest[:16]


SMALL_KERNEL = """
import json, sys
from hegemon_kernels import api, layout
values = {name: 0.5 for name in layout.REAL_FIELDS} | {
    "N": 2, "T": 1, "ho": 1, "absorbing": True, "shares": [1.0, 1.0], "mu": [0.0, 0.0], "offshore": [],
    "layout": "matrix", "distances": [[0.0, 1.0], [1.0, 0.0]], "initiative": "uniform",
    "rule": "given", "types": ["drawn", "drawn"],
}
near = api.pack_point(values).proximity[1]
hits = sum(api._proximities.stats.cache_hits.values())
json.dump({"near": float(near), "from_cache": hits, "file": api.__file__}, sys.stdout)
"""


def test_an_edited_helper_is_compiled_anew(package, tmp_path):
    """Proximities are compiled from api.py, their exp from elementary.py; Numba looks at the first alone."""
    script = tmp_path / "small.py"
    script.write_text(SMALL_KERNEL)

    def run() -> Any:
        return processes.run(script, tmp_path / "cache", PYTHONPATH=str(package.parent))

    first, again = run(), run()
    assert first["file"] == str(package / "api.py")
    assert (first["from_cache"], again["from_cache"]) == (0, 1)
    assert first["near"] == again["near"] == pytest.approx(0.1353352832366127, rel=1e-15)
    helper = package / "elementary.py"
    edited = helper.read_text().replace("x < -708.0, 0.0,", "x < -1.0, 0.0,")
    assert edited != helper.read_text()
    helper.write_text(edited)
    assert run() == first | {"near": 0.0}


def test_a_place_that_cannot_be_written_is_no_obstacle(package, tmp_path):
    """Kernels are compiled in each process then."""
    script, blocked = tmp_path / "small.py", tmp_path / "blocked"
    script.write_text(SMALL_KERNEL)
    blocked.write_text("a file where a directory is wanted")
    found = processes.run(script, blocked, PYTHONPATH=str(package.parent))
    assert found["from_cache"] == 0
    assert found["near"] == pytest.approx(0.1353352832366127, rel=1e-15)


# Machine code


@pytest.fixture(scope="module")
def code(tmp_path_factory) -> dict[str, Any]:
    return processes.run(Path(machine_code.__file__), tmp_path_factory.mktemp("cache"))


def test_kernels_call_nothing_outside(code):
    """Neither an allocator nor Python nor libm: all that is not inlined is LLVM's own."""
    assert code["functions"] >= 1
    assert code["outside"] == []
    for name in ("exp", "log", "pow", "sin", "cos", "fma", "fmuladd"):
        assert name not in code["intrinsics"]


def test_arithmetic_is_strict(code):
    """No flag that lets LLVM reorder or contract, and no fused multiply-add."""
    assert code["flags"] == []
    assert code["fused"] == 0


def test_arithmetic_is_vectorised(code):
    """Scalars are left to set-up and to writing rows."""
    counts = code["arithmetic"]
    assert counts.get("scalar", 0) <= 0.1 * counts.get("packed", 0)
    if code["triple"].startswith("x86_64") and "+avx," in code["features"]:
        assert counts["packed"] > 1000
        assert code["wide"] > 1000


def test_the_report_notices_calls_and_flags():
    """The control, on a few lines of IR and assembly."""
    ir = """
define i32 @kernel(double %x) {
  %y = fadd contract double %x, 1.0
  %z = call double @llvm.exp.f64(double %y)
  %p = call ptr @NRT_Allocate(i64 8)
  ret i32 0
}
define ptr @_ZN7cpython6kernel(ptr %self) {
  %p = call ptr @PyErr_Occurred()
  ret ptr %p
}
"""
    assembly = "  vmulpd %zmm0, %zmm1, %zmm2\n  mulsd %xmm0, %xmm1\n  vfmadd231pd %ymm0, %ymm1, %ymm2\n"
    found = machine_code.report(ir, assembly)
    assert (found["outside"], found["intrinsics"]) == (["NRT_Allocate"], ["exp"])
    assert (found["flags"], found["fused"], found["functions"]) == (["contract"], 1, 1)
    assert found["arithmetic"] == {"packed": 1, "scalar": 1}
