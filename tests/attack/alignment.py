"""Numbers of hidden rows that other forms tell: records laid beside the rows of a table in order.

Where the rows around a hidden one are found one after another, and a number stands between them,
that number is the hidden row's.
"""

from itertools import groupby

import numpy as np
import pandas as pd
from attack.records import records

# Displayed rows around a hidden one that must be found, so that no chance match counts.
CONTEXT = 2
SHOWN, HIDDEN, NEUTRAL = "shown", "hidden", "neutral"
FIELDS = ("estimate", "n", "k")


def told_elsewhere(release):
    """Return rows like those hidden, with the numbers that another form than a CSV tells.

    `form` is where it was told, `tolerance` half the last digit. None where nothing is told.
    """
    told = []
    found = list(records(release.folder))
    for (_, name), table in release.listed.groupby(["form", "table"], sort=False):
        rows = table.to_dict("records")
        if any(_state(row) == HIDDEN for row in rows):
            for form, about, sequence in found:
                if about in ("", name):
                    told += _told(rows, sequence, form)
    return pd.DataFrame(told) if told else None


def _state(row):
    if row["status"] == "ok" and not np.isnan(row["estimate"]):
        return SHOWN
    return HIDDEN if row["status"].startswith("suppressed") else NEUTRAL


def _told(rows, sequence, form):
    single = all(len(record) == 1 for record in sequence)
    if single:
        # A text and a drawing pass over what has no number.
        rows = [row for row in rows if _state(row) != NEUTRAL]
    fits = _Fits(rows, sequence)
    if not fits.any():
        return
    roles = {0: "estimate"} if single else fits.roles()
    for start, end in _hidden_runs(rows):
        at = fits.only_place(start, end)
        if at is not None:
            for number in range(start, end):
                if _state(rows[number]) == HIDDEN:
                    record = sequence[at + number - start]
                    yield from _filled(rows[number], record, roles, fits.scale, form)


def _hidden_runs(rows):
    """(start, end) of the stretches of rows that aren't shown and hold a hidden one."""
    at = 0
    for is_shown, stretch in groupby(rows, lambda row: _state(row) == SHOWN):
        states = [_state(row) for row in stretch]
        if not is_shown and HIDDEN in states:
            yield at, at + len(states)
        at += len(states)


def _filled(row, record, roles, scale, form):
    values = {roles[at]: number for at, number in enumerate(record) if at in roles}
    values = {name: number for name, number in values.items() if not np.isnan(number[0])}
    if values:
        estimate, half = values.pop("estimate", (np.nan, np.nan))
        scale = scale if row["unit"] == "share" else 1
        counts = {name: value for name, (value, _) in values.items()}
        yield (
            row
            | counts
            | {
                "estimate": estimate / scale,
                "tolerance": half / scale,
                "status": "ok",
                "shown": True,
                "form": form,
            }
        )


class _Fits:
    """Which displayed rows are the same as which records."""

    def __init__(self, rows, sequence):
        self.rows, self.sequence = rows, sequence
        width = max(map(len, sequence), default=0)
        empty = ((np.nan, np.nan),)
        cells = np.array([[*record, *empty * (width - len(record))] for record in sequence])
        self.cells = cells.reshape(len(sequence), width, 2)
        self.is_shown = [_state(row) == SHOWN for row in rows]
        # Shares may stand as percentages.
        marks = {scale: [self._same(row, scale) for row in rows] for scale in (100, 1)}
        same = {scale: np.array(each, bool) for scale, each in marks.items()}
        self.scale = max(same, key=lambda scale: same[scale].sum())
        self.same = same[self.scale].reshape(len(rows), len(sequence))

    def any(self):
        return bool(self.same.any())

    def _same(self, row, scale):
        """By record whether it tells a displayed row's estimate, and its n where it has several."""
        if _state(row) != SHOWN:
            return np.zeros(len(self.sequence), bool)
        same = self._tells(row, "estimate", scale).any(axis=1)
        if self.cells.shape[1] > 1 and not np.isnan(row["n"]):
            same &= self._tells(row, "n", scale).any(axis=1)
        return same

    def _tells(self, row, name, scale):
        """By record and cell whether it tells a number of a row."""
        values, half = self.cells[..., 0], self.cells[..., 1]
        value = row[name] * (scale if name == "estimate" and row["unit"] == "share" else 1)
        slack = half * (1 + 1e-6) if name == "estimate" else 0
        return np.abs(values - value) <= slack

    def roles(self):
        """{cell: number of a row that it tells}, read off the displayed rows."""
        found = {}
        for at in range(self.cells.shape[1]):
            for name in FIELDS:
                hits = [
                    self._tells(row, name, self.scale)[same, at].any()
                    for row, same in zip(self.rows, self.same, strict=True)
                    if same.any() and not np.isnan(row[name])
                ]
                if hits and np.mean(hits) > 0.8 and name not in found.values():
                    found[at] = name
                    break
        return found

    def only_place(self, start, end):
        """The record where a hidden stretch begins; None unless its surroundings say just one."""
        before = self._beside(range(start - 1, -1, -1))
        after = self._beside(range(end, len(self.rows)))
        around = [*before, *after]
        if len(around) < CONTEXT:
            return None
        last = len(self.sequence) - (end - start)
        places = [
            at
            for at in range(last + 1)
            if all(self._at(number, at + number - start) for number in around)
            and not self.same[:, at : at + end - start].any()
        ]
        return places[0] if len(places) == 1 else None

    def _beside(self, numbers):
        found = []
        for number in numbers:
            if not self.is_shown[number] or len(found) == CONTEXT:
                break
            found.append(number)
        return found

    def _at(self, number, place):
        return 0 <= place < len(self.sequence) and bool(self.same[number, place])
