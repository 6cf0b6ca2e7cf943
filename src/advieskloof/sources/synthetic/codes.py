"""BRON codes: one category of advice is registered under several codes, lwoo among them."""

import numpy as np

from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.streams import choose
from advieskloof.sources.synthetic.testing import CATEGORIES

# In CATEGORIES' order, the codes a school may register; those with lwoo have an odd second digit.
CODES = {
    "vso": ("01",),
    "pro": ("10",),
    "pro_vmbo_bb": ("11",),
    "vmbo_bb": ("20", "21"),
    "vmbo_bb_kb": ("22", "23"),
    "vmbo_kb": ("30", "31"),
    "vmbo_kb_gt": ("34", "32", "35"),
    "vmbo_gt": ("50", "42", "40", "51"),
    "vmbo_gt_havo": ("52", "44"),
    "havo": ("60",),
    "havo_vwo": ("61",),
    "vwo": ("70",),
}
# The one code that a test advice of a category is registered under (WPOTOETSADVIES).
TEST_CODES = ("", "10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70")
NO_ADVICE = ("80", "0", "")
ALL_CODES = tuple(code for codes in CODES.values() for code in codes)


def registered(
    category: np.ndarray, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Return the code of advices given as places in CATEGORIES, as places in ALL_CODES."""
    # ASSUME which of a category's codes is used is chance, alike in all schools and years.
    width = max(len(codes) for codes in CODES.values())
    chances = np.zeros((len(CATEGORIES), width))
    starts = np.zeros(len(CATEGORIES), dtype=int)
    for place, codes in enumerate(CODES.values()):
        others = parameters.group("code_share", codes[1:])
        chances[place, : len(codes)] = [1 - others.sum(), *others]
        starts[place] = ALL_CODES.index(codes[0])
    return (starts[category] + choose(generator, chances, category)).astype(np.int8)
