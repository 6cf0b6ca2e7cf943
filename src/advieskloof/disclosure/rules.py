"""The thresholds of disclosure control, and what each may be at least."""

from dataclasses import dataclass, fields

from advieskloof.errors import ConfigError

# The least that a config may ask for: the guideline for CBS microdata, and our own rule of thumb.
LEAST = {
    "minimum_pupils": 10,
    "minimum_schools": 3,
    "protection": 5,
    "group_disclosure_below": 0,
}


@dataclass(frozen=True)
class Rules:
    """What a released number rests on, and how far a withheld one stays from being known.

    minimum_pupils : least pupils in n, in k and in n - k, and between two counts of a group.
    minimum_schools : least schools behind each of n, k and n - k.
    protection : least width, in pupils, of the interval in which a reader can place a count that
        is protected.
    group_disclosure_below : a group of fewer pupils loses a share of 90 % or more, or of 10 % or
        less, which tells something of nearly everybody in it; regions below COROP always do. With
        10 pupils in k and in n - k no group under 100 has such a share.

    Raises ConfigError where a threshold is below what is allowed.
    """

    minimum_pupils: int
    minimum_schools: int
    protection: int = 10
    group_disclosure_below: int = 200

    def __post_init__(self) -> None:
        for each in fields(self):
            value, least = getattr(self, each.name), LEAST[each.name]
            if value < least:
                raise ConfigError(
                    f"config key release.{each.name} is {value}; at least {least} is needed."
                )
