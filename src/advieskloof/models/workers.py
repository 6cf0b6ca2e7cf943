"""The same work on many pieces, in one process or several."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

# What the work of a process rests on; a fork has it from its parent without a copy.
_HELD: dict[str, object] = {}


def each(
    work: Callable[[object, object], object],
    pieces: Sequence[object],
    on: object,
    processes: int,
) -> list[object]:
    """Return work(on, piece) for each piece, in order.

    processes : how many work at once. One does where the system can't fork (Windows), since
        others would each need a copy of `on`.
    """
    if min(processes, len(pieces)) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [work(on, piece) for piece in pieces]
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, forked, _HELD.update, ({"on": on},)) as pool:
        return list(pool.map(partial(_one, work), pieces))


def _one(work: Callable[[object, object], object], piece: object) -> object:
    return work(_HELD["on"], piece)
