"""Python's search for cycles of garbage, put off while much is made that holds none."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def uncollected(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The function, run without that search: it would walk all that is made again and again, for nothing."""

    @wraps(function)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        if not gc.isenabled():
            return function(*given, **named)
        gc.disable()
        try:
            return function(*given, **named)
        finally:
            gc.enable()

    return run
