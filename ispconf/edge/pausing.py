"""The garbage collector held still while many values are made that all stay.

Building ten thousand models with the collector on takes three times as long: it walks through
everything again and again and finds nothing. Knows nothing of what is built.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Within the block no cycles are collected; afterwards it is as it was."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
