"""What is asked of the indicators that follow one grouping of parental education."""

from dataclasses import dataclass

from advieskloof.errors import DataError, listing

# The lowest and the highest group of a grouping, between which the education gap is measured.
# kansenkaart's lowest holds everybody below hbo, and by that source's rule the unknown too.
EXTREMES = {
    "parental_education_five": ("le_mbo1", "wo"),
    "parental_education_three": ("low", "high"),
    "parental_education_kansenkaart": ("other", "wo"),
    "parental_education_cbs_four": ("mbo2_or_lower", "wo_master"),
}


@dataclass(frozen=True)
class Asked:
    """What stands in every row, and by which groups.

    source : name of the delivery.
    region_of : 'school' or 'home'.
    education : column of SPLITS with the groups of parental education, of EXTREMES.
    code_detail : whether the delivery has BRON codes in full.

    Raises DataError where `education` has no lowest and highest group.
    """

    source: str
    region_of: str
    education: str = "parental_education_five"
    code_detail: bool = True

    def __post_init__(self) -> None:
        if self.education not in EXTREMES:
            raise DataError(
                f"{self.education!r} has no lowest and highest group; allowed are "
                f"{listing(EXTREMES)}."
            )

    @property
    def lowest(self) -> str:
        """The group with the lowest education."""
        return EXTREMES[self.education][0]

    @property
    def highest(self) -> str:
        """The group with the highest education."""
        return EXTREMES[self.education][1]
