"""The additions that docs/extending.md shows: applied to a copy of the checkout, and run."""

import re
import shutil
import subprocess

import pytest
from checkouts import ROOT, new_checkout

PAGE = (ROOT / "docs/extending.md").read_text()
CHANGES = dict(re.findall(r"^## ([^\n]+)\n.*?```diff\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
COUNTRY = (
    "import advieskloof as ak\npupils = ak.synthetic_cohorts([2017, 2018], size=0.05).pupils\n"
)
TRIED = {
    "An indicator": COUNTRY
    + """
from advieskloof.disclosure.events import Measure, behind
estimates = ak.further(pupils, "curves").query(
    "indicator == 'at_least_vmbo_gt' and base == 'initial' and test_provider == 'CET'"
    " and parental_education_five == 'total' and cohort == '2018' and score == 530")
some = ak.outcomes(pupils).query("cohort == 2018 and test_provider == 'CET' and test_score == 530")
print(round(estimates["estimate"].item() - (some.level_initial.dropna() >= 4).mean(), 9))
measure = Measure("score_curves", "at_least_vmbo_gt", "level", "initial", "raw")
print("4" in str(behind(measure)) or "vmbo_gt" in str(behind(measure)))
from advieskloof.labels import label
print(label("indicator:at_least_vmbo_gt", "nl"))
""",
    "A figure": COUNTRY
    + """
estimates = ak.advice(pupils, [["urbanity"]])
for language in ("nl", "en"):
    figure = ak.figure("urbanity_of_final_advice", estimates, language)
    print(figure.texts[0].get_text(), "|", figure.texts[1].get_text().split(", ")[1])
from advieskloof.report import contents
print(*(theme.name for theme in contents.THEMES if "urbanity_of_final_advice" in theme.figures))
""",
    "A source": """
import advieskloof as ak
open("mine.csv", "w").write(
    "leerling;brin;vestiging;score;toetsadvies;advies;heroverwogen\\n"
    "1;01AA;00;72,5;havo/vwo;havo;\\n2;01AA;00;80;vwo;havo;vwo\\n3;02BB;00;65;vmbo-gt/havo;havo;\\n")
read = ak.read_delivery("config/mappings/school_board.yaml", ["mine.csv"])
print(ak.outcomes(read.pupils)[["level_test", "level_initial", "level_final"]].values.tolist())
""",
}
SAID = {
    "An indicator": ["0.0", "True", "advies vmbo-gt of hoger"],
    "A figure": [
        "Definitief advies naar stedelijkheid | definitief advies",
        "Final advice by urbanity | final advice",
        "regions",
    ],
    "A source": ["[[5.5, 5.0, 5.0], [6.0, 5.0, 6.0], [4.5, 5.0, 5.0]]"],
}


@pytest.fixture
def checkout(tmp_path):
    return new_checkout(tmp_path / "checkout")


def test_every_addition_of_the_page_is_tried():
    assert list(CHANGES) == list(TRIED)


@pytest.mark.parametrize("addition", CHANGES)
def test_an_addition_takes_at_most_twenty_lines(addition):
    changed = re.findall(r"(?m)^[+-](?!--|\+\+) *\S.*$", CHANGES[addition])
    assert 0 < len(changed) <= 20


@pytest.mark.skipif(not shutil.which("patch"), reason="needs the program patch")
@pytest.mark.parametrize("addition", CHANGES)
def test_an_addition_applies_and_works(addition, checkout):
    subprocess.run(
        ["patch", "-p1", "--fuzz=0"],
        input=CHANGES[addition],
        cwd=checkout.path,
        text=True,
        check=True,
        capture_output=True,
    )
    checkout.write("try.py", TRIED[addition])
    done = subprocess.run(
        [checkout.command()[0], "try.py"],
        cwd=checkout.path,
        env=checkout.env,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == SAID[addition]
