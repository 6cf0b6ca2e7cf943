"""Placement, moves, R1 and R2 once more from design 2.5 and 2.7, one pupil at a time.

Slow and plain on purpose, and without the package. Pupils are dictionaries as of `made_pupils`;
records are dictionaries by pupil and school year.
"""

from collections import defaultdict

from oracles.advice_by_hand import LEVEL, NONE, advice_of, interval

TYPES = {
    "pro": (1, 1), "vmbo_bb": (2, 2), "vmbo_bb_kb": (2, 3), "vmbo_kb": (3, 3), "vmbo_kb_gt": (3, 4),
    "vmbo_gt": (4, 4), "vmbo_gt_havo": (4, 5), "havo": (5, 5), "havo_vwo": (5, 6), "vwo": (6, 6),
    "vmbo_bb_to_gt": (2, 4), "vmbo_bb_to_havo": (2, 5), "vmbo_gt_to_vwo": (4, 6),
    "vmbo_bb_to_vwo": (2, 6), "off_scale": None,
}  # fmt: skip
# Some of DUO's codes.
CODES = {"0015": "havo_vwo", "0300": "havo", "0100": "vwo", "0200": "vwo", "0400": "vmbo_gt",
         "0471": "vmbo_gt", "0023": "vmbo_bb_to_gt", "0011": "vmbo_gt_havo", "6011": "vmbo_bb",
         "0700": "off_scale", "0090": "pro"}  # fmt: skip
APART = ("left", "vso", "unknown", "repeating", "accelerated")
CATEGORY = {"10": "pro", "20": "bb", "21": "bb", "22": "bb/kb", "30": "kb", "34": "kb/gt",
            "40": "gt", "42": "gt", "44": "gt/havo", "52": "gt/havo", "60": "havo",
            "61": "havo/vwo", "70": "vwo"}  # fmt: skip
# The inspectorate's table; a row by advice, columns bb, kb, gt, havo, havo/vwo, vwo.
R1 = {"pro": (1, 1, 1, 1, 1, 1), "bb": (0, 1, 1, 1, 1, 1), "bb/kb": (0, 1, 1, 1, 1, 1),
      "kb": (-1, 0, 1, 1, 1, 1), "kb/gt": (-1, 0, 1, 1, 1, 1), "gt": (-1, -1, 0, 1, 1, 1),
      "gt/havo": (-1, -1, 0, 1, 1, 1), "havo": (-1, -1, -1, 0, 0.5, 1),
      "havo/vwo": (-1, -1, -1, 0, 0, 1), "vwo": (-1, -1, -1, -1, 0, 0)}  # fmt: skip
R1_COLUMNS = ("vmbo_bb", "vmbo_kb", "vmbo_gt", "havo", "havo_vwo", "vwo")


def type_of(code):
    return None if code is None else CODES.get(code, code)


def state(record):
    """What a record says of the year: left, vso, unknown or enrolled."""
    if record is None:
        return "unknown"
    if record["status"] != "enrolled":
        return record["status"]
    known = record["class_code"] is not None or record["position"] is not None
    return "enrolled" if record["grade"] is not None and known else "unknown"


def place(pupil, records, as_of):
    """Where a pupil is in the years after group 8."""

    def year(k):
        return records.get((pupil["pupil_id"], pupil["cohort"] + k))

    found = {}
    one, three, four, five = year(1), year(3), year(4), year(5)
    due = {k: pupil["cohort"] + k <= as_of for k in (1, 3, 4, 5)}
    if not due[1]:
        found["start"] = "not_yet_observed"
    elif state(one) != "enrolled":
        found["start"] = state(one)
    else:
        found["start"] = "placed" if one["grade"] == 1 else "other_grade"
    placed = found["start"] == "placed"
    found["class"] = type_of(one["class_code"] or one["position"]) if placed else None
    enrolled = due[1] and state(one) == "enrolled"
    found["vo_school"] = one["vo_school_id"] if enrolled else None
    if not due[3]:
        found["third"] = "not_yet_observed"
    elif state(three) != "enrolled":
        found["third"] = state(three)
    else:
        found["third"] = {True: "repeating", False: "accelerated"}[three["grade"] < 3]
        found["third"] = "in_grade_3" if three["grade"] == 3 else found["third"]
    third = found["third"] == "in_grade_3"
    found["position"] = type_of(three["position"] or three["class_code"]) if third else None
    both = enrolled and due[3] and state(three) == "enrolled"
    schools = (one["vo_school_id"], three["vo_school_id"]) if both else (None, None)
    found["switched"] = None if None in schools else schools[0] != schools[1]
    found["stacked"] = None
    if due[4] and state(four) == "enrolled" and four["grade"] == 4 \
            and type_of(four["position"] or four["class_code"]) == "vmbo_gt":  # fmt: skip
        if not due[5]:
            found["stacked"] = "not_yet_observed"
        elif state(five) == "unknown":
            found["stacked"] = "unknown"
        else:
            at = TYPES[type_of(five["position"] or five["class_code"])] \
                if state(five) == "enrolled" else None  # fmt: skip
            found["stacked"] = "yes" if at is not None and at[0] >= 5 else "no"
    return found


def move(later, earlier):
    """up, same or down by the interval rule; None where either has no interval."""
    if later is None or earlier is None:
        return None
    return "up" if later[0] > earlier[1] else "down" if later[1] < earlier[0] else "same"


def middle(ends):
    return None if ends is None else (ends[0] + ends[1]) / 2


def counted(pupil, at):
    """By (indicator, definition, base, adjustment): whether reached, for who is in the measure."""
    found = {}
    started = at["start"]
    if started != "not_yet_observed":
        for name in ("left", "vso", "unknown", "placed", "other_grade"):
            found[f"start_{name}_of_due", "class", "initial", "raw"] = started == name
    if started == "placed":
        found |= _in_class(at["class"])
    found |= _against(pupil, at)
    if at["third"] != "not_yet_observed":
        found |= _moved(at) if started == "placed" else {}
        found |= _from_advice(pupil, at)
    if at["switched"] is not None and started == "placed" and at["third"] != "not_yet_observed":
        found["switched_school_of_known_schools", "position", "initial", "raw"] = at["switched"]
    return found | _stacked(at)


def _in_class(name):
    ends = TYPES[name]
    width = None if ends is None else ends[1] - ends[0]
    kind = {None: "off_scale", 0: "homogeneous", 1: "dakpan"}.get(width, "broad")
    found = {("class_mixed_of_placed", "class", "initial", "raw"): kind in ("dakpan", "broad")}
    for each in ("homogeneous", "dakpan", "broad", "off_scale"):
        found[f"class_{each}_of_placed", "class", "initial", "raw"] = kind == each
    for each in TYPES:
        found[f"in_{each}_of_placed", "class", "initial", "raw"] = name == each
    return found


def ends_of_advice(pupil, base):
    if base == "test":
        return interval(pupil["test_advice"])
    code = advice_of(pupil, base)
    return None if code in NONE else interval(code)


def _against(pupil, at):
    if at["start"] != "placed":
        return {}
    found = {}
    for base, than in (("initial", "advice"), ("final", "advice"), ("test", "test_advice")):
        if base == "test" and pupil["cohort"] == 2019:
            continue
        moved = move(TYPES[at["class"]], ends_of_advice(pupil, base))
        if moved is not None:
            said = "initial" if base == "test" else base
            for way, name in (("below", "down"), ("above", "up")):
                found[f"class_{way}_{than}_of_compared", "interval", said, "raw"] = moved == name
    return found


def _moved(at):
    key = ("interval", "initial", "raw")
    ends = TYPES[at["class"]]
    later = TYPES[at["position"]] if at["position"] else None
    moved = move(later, ends)
    outcome = moved or (at["third"] if at["third"] in APART else "off_scale")
    found = {}
    for name in (*APART, "off_scale", "up", "same", "down"):
        found[f"{name}_of_placed", *key] = outcome == name
    unknown = at["third"] == "unknown" and ends is not None
    for name in ("up", "same", "down"):
        mine = moved == name
        could = unknown and {"up": lambda: ends[1] < 6, "down": lambda: ends[0] > 1,
                             "same": lambda: True}[name]()  # fmt: skip
        if moved is not None:
            found[f"{name}_of_compared", *key] = mine
        # Lowest: all the unknown were compared, and moved otherwise. Highest: who could move so
        # did, and who couldn't repeats or left, so isn't compared.
        if moved is not None or unknown:
            found[f"{name}_of_compared", "interval", "initial", "bound_low"] = mine
        if moved is not None or could:
            found[f"{name}_of_compared", "interval", "initial", "bound_high"] = mine or could
    for name in TYPES:
        said = f"in_{name}_in_year_3_of_placed", "position", "initial", "raw"
        found[said] = at["position"] == name
    if moved is not None:
        d = middle(later) - middle(ends)
        steps = {"down_1_or_more": d <= -1, "down_half": d == -0.5, "no_difference": d == 0,
                 "up_half": d == 0.5, "up_1_or_more": d >= 1}  # fmt: skip
        for name, holds in steps.items():
            found[f"{name}_of_compared", "half_level", "initial", "raw"] = holds
    return found


def _from_advice(pupil, at):
    found = {}
    later = TYPES[at["position"]] if at["position"] else None
    for base in ("initial", "final"):
        ends = ends_of_advice(pupil, base)
        if ends is None:
            continue
        moved = move(later, ends)
        for name in ("up", "same", "down"):
            said = f"{name}_from_advice"
            found[f"{said}_of_advised", "interval", base, "raw"] = moved == name
            if moved is not None:
                found[f"{said}_of_compared", "interval", base, "raw"] = moved == name
    return found


def _stacked(at):
    value = at["stacked"]
    if value in (None, "not_yet_observed"):
        return {}
    found = {}
    said = "stacked_of_vmbo_gt_4", "stacked", "initial"
    if value != "unknown":
        found[*said, "raw"] = value == "yes"
    found[*said, "bound_low"] = value == "yes"
    found[*said, "bound_high"] = value in ("yes", "unknown")
    return found


def two_way(pupils):
    """(share, variance, n, k, the fewer schools) of pupils (primary, secondary, reached).

    Who has no known secondary school is in a cluster with those of the primary school.
    """
    n, k = len(pupils), sum(reached for *_, reached in pupils)
    p = k / n
    parts, sizes = [], []
    for cluster in (
        lambda a, b: a,
        lambda a, b: b or ("of", a),
        lambda a, b: (a, b),
    ):
        sums = defaultdict(float)
        for primary, secondary, reached in pupils:
            sums[cluster(primary, secondary)] += (reached - p) / n
        g = len(sums)
        sizes.append(g)
        parts.append(g / (g - 1) * sum(e**2 for e in sums.values()) if g > 1 else None)
    fewer = min(sizes[:2])
    if fewer == 1:
        return p, None, n, k, fewer
    one, other, both = parts
    total = one + other - both
    return p, (total if total > 1e-15 else max(one, other)), n, k, fewer


def r1_points(code, position, school_year):
    """Points of a pupil in grade 3 by the initial advice; None where the table has no cell."""
    advice = CATEGORY.get(code)
    if advice is None or position not in R1_COLUMNS:
        return None
    points = R1[advice][R1_COLUMNS.index(position)]
    return None if points == 0.5 and school_year < 2017 else points


def r1(pupils, records, as_of):
    """By school year and location: (points, scored, not scored).

    Not of a year of which only those who were accelerated or repeated were delivered in group 8.
    """
    found = defaultdict(lambda: [0.0, 0, 0])
    cohorts = {pupil["cohort"] for pupil in pupils}
    advised = {pupil["pupil_id"]: pupil for pupil in pupils}
    for (name, year), record in records.items():
        if year > as_of or state(record) != "enrolled" or record["grade"] != 3:
            continue
        if year - 3 not in cohorts:
            continue
        pupil = advised.get(name)
        if pupil is None or pupil["initial_advice"] in NONE:
            continue
        position = type_of(record["position"] or record["class_code"])
        points = r1_points(pupil["initial_advice"], position, year)
        cell = found[year, record["vo_school_id"]]
        if points is None:
            cell[2] += 1
        else:
            cell[0] += points
            cell[1] += 1
    return found


def r2(records, as_of):
    """By school year and location: (up, pupils, unknown); not where the next year has no record."""
    found = defaultdict(lambda: [0, 0, 0])
    delivered = {year for _, year in records}
    for (name, year), record in records.items():
        if year + 1 > as_of or state(record) != "enrolled" or record["grade"] not in (1, 2):
            continue
        if year + 1 not in delivered:
            continue
        if type_of(record["position"] or record["class_code"]) == "pro":
            continue
        later = records.get((name, year + 1))
        cell = found[year, record["vo_school_id"]]
        cell[1] += 1
        cell[0] += state(later) == "enrolled" and later["grade"] > record["grade"]
        cell[2] += state(later) == "unknown"
    return found


assert set(CATEGORY) <= set(LEVEL)
