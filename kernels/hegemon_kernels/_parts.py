"""Parts of a kernel as Numba compiles them: typed and lowered once, and left to be linked into the kernel.

Numba makes a library of every function that it compiles: with wrappers through which Python and C would call
it, optimised, and turned into machine code. Of a part that only kernels call all that is thrown away, and is
done anew for each level of calls. So parts have no wrappers and are neither optimised nor turned into machine
code by themselves: LLVM sees them once, in the kernel.
"""

from __future__ import annotations

from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

OPTIONS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


class _PartLibrary(JITCodeLibrary):  # type: ignore[misc]
    """The LLVM code of a part, to be linked and nothing else."""

    def _optimize_final_module(self) -> None:
        """Left to the kernel's own library, which inlines it."""

    def _finalize_final_module(self) -> None:
        """Numba would hand the module to the execution engine here, which makes machine code of it."""
        self._finalize_dynamic_globals()
        self._finalized = True


def _executable(library: Any, fndesc: Any, env: Any) -> Any:
    """What Numba files a compiled function under; without an address, since Python never calls a part."""
    return _dynfunc.make_function(fndesc.lookup_module(), fndesc.qualname, "", 0, env, (library,))


class PartCompiler(Compiler):  # type: ignore[misc]
    """Numba's compiler, whose code goes to a library that is only linked."""

    def define_pipelines(self) -> Any:
        """Numba's own pipelines; called when the function is known and nothing is done."""
        state = self.state
        if state.library is None:
            state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.targetctx.get_executable = _executable  # of a copy made for this compilation
        return super().define_pipelines()
