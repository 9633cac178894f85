# The few names of numba that the kernels use; numba itself ships no types.
from collections.abc import Callable
from typing import Literal, ParamSpec, TypeVar, overload

_P = ParamSpec("_P")
_R = TypeVar("_R")

# A type checker sees the function as it was written: compiling changes its speed only.
@overload
def njit(function: Callable[_P, _R], /) -> Callable[_P, _R]: ...
@overload
def njit(
    *,
    cache: bool = ...,
    error_model: Literal["python", "numpy"] = ...,
    inline: Literal["always", "never"] = ...,
    nogil: bool = ...,
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]: ...
