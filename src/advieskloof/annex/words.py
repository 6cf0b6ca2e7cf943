"""The annex's own words, in Dutch and English, and what its terms mean."""

from advieskloof.schemas import MODELLED
from advieskloof.vocabulary import Words, both

WORDS = {
    "nl": {
        "title": "Advieskloof: tabellen",
        "lead": "Alle vrijgegeven tabellen, één per werkblad. Dit werkblad noemt ze.",
        "how": (
            "De getallen staan er zoals vrijgegeven; een spreadsheet toont ze afgerond. Waar geen "
            "getal is, staat een teken tussen vierkante haken, uitgelegd boven de tabel en bij de "
            "begrippen."
        ),
        "made_by": "Gemaakt met advieskloof {version}; de herkomst staat in manifest.json.",
        "contents": "Inhoud",
        "definitions": "Begrippen",
        "definitions_title": "Begrippen en tekens",
        "definitions_lead": "Wat de woorden en tekens in de tabellen betekenen.",
        "sheet": "werkblad",
        "what": "titel",
        "file": "bestand",
        "term": "begrip",
        "meaning": "betekenis",
        "tab": "Tabel_{number}",
        "numbered": "Tabel {number}: {title}",
        "holds": "Dit werkblad bevat één tabel ({table}) met {rows} rijen over {years}.",
        "by": "naar",
        "place": "regio en stedelijkheid {of}",
        "intervals": (
            "Onder- en bovengrens: 95%-interval, waarbij de scholen gelden als steekproef uit "
            "vergelijkbare scholen."
        ),
        "[c]": (
            "[c]: onderdrukt, omdat het getal klein is of een klein getal prijs zou geven "
            "(statistische beveiliging)."
        ),
        "[x]": "[x]: er is geen getal; de kolom toelichting zegt waarom, als die er is.",
        "[z]": "[z]: niet van toepassing, want niet mogelijk.",
        "cohort": "schooljaar",
        "indicator": "indicator",
        "definition": "definitie",
        "base": "advies",
        "adjustment": "bewerking",
        "score": "score of percentiel",
        "reference": "vergeleken met",
        "unit": "eenheid",
        "points_of_share": "verschil in procentpunten",
        "p_value": "p-waarde",
        "estimate": "waarde",
        "lower": "ondergrens",
        "upper": "bovengrens",
        "k": "aantal leerlingen (teller)",
        "n": "aantal leerlingen (noemer)",
        "n_schools": "aantal scholen",
        "reason": "toelichting",
        "nothing": "geen",
    },
    "en": {
        "title": "Advieskloof: tables",
        "lead": "All released tables, one on each worksheet. This worksheet lists them.",
        "how": (
            "Numbers are as released; a spreadsheet shows them rounded. Where there is no number, "
            "a mark stands in square brackets, explained above the table and among the definitions."
        ),
        "made_by": "Made with advieskloof {version}; manifest.json says what went in.",
        "contents": "Contents",
        "definitions": "Definitions",
        "definitions_title": "Definitions and marks",
        "definitions_lead": "What the words and marks in the tables mean.",
        "sheet": "worksheet",
        "what": "title",
        "file": "file",
        "term": "term",
        "meaning": "meaning",
        "tab": "Table_{number}",
        "numbered": "Table {number}: {title}",
        "holds": "This worksheet holds one table ({table}) of {rows} rows about {years}.",
        "by": "by",
        "place": "region and urbanity {of}",
        "intervals": (
            "Lower and upper end: 95% interval, schools taken as a sample of similar schools."
        ),
        "[c]": (
            "[c]: suppressed, since the number is small or would give a small one away "
            "(disclosure control)."
        ),
        "[x]": "[x]: there is no number; the column note says why, where there is one.",
        "[z]": "[z]: not applicable, since not possible.",
        "cohort": "school year",
        "indicator": "indicator",
        "definition": "definition",
        "base": "advice",
        "adjustment": "adjustment",
        "score": "score or percentile",
        "reference": "compared with",
        "unit": "unit",
        "points_of_share": "difference in percentage points",
        "p_value": "p value",
        "estimate": "value",
        "lower": "lower end",
        "upper": "upper end",
        "k": "number of pupils (numerator)",
        "n": "number of pupils (denominator)",
        "n_schools": "number of schools",
        "reason": "note",
        "nothing": "none",
    },
}
# What each base, adjustment, unit and column means. Definitions have theirs in the vocabulary.
MEANINGS: Words = {
    "base:initial": both(
        "Het advies van de basisschool voordat de uitslag van de toets bekend was.",
        "The advice of the primary school before the test result was known.",
    ),
    "base:final": both(
        "Het bijgestelde advies als dat er is, anders het eerste advies.",
        "The adjusted advice if there is one, else the first advice.",
    ),
    "adjustment:raw": both("Zoals geteld, zonder correctie.", "As counted, without correction."),
    "adjustment:at_risk": both(
        "Alleen leerlingen voor wie een lager (of hoger) advies mogelijk was, gegeven hun "
        "toetsadvies.",
        "Only pupils for whom a lower (or higher) advice was possible, given their test advice.",
    ),
    "adjustment:standardised": both(
        "Herwogen naar de verdeling van toets en scoreband van alle leerlingen, zodat groepen met "
        "gelijke scores worden vergeleken.",
        "Weighted to all pupils' distribution over tests and score bands, so that groups are "
        "compared at equal scores.",
    ),
    "adjustment:shrunken": both(
        "Naar het gemiddelde van de gebieden getrokken: hoe onzekerder het ruwe getal, hoe meer.",
        "Shrunken to the mean of the areas: the more uncertain the raw value, the more so.",
    ),
    "adjustment:standardised_shrunken": both(
        "Bij gelijke score, en dan naar het gemiddelde van de gebieden getrokken.",
        "At equal score, and then shrunken to the mean of the areas.",
    ),
    "adjustment:weighted": both(
        "Gewogen met de gewichten van de levering.", "Weighted by the delivery's weights."
    ),
    "adjustment:bound_low": both(
        "Wat het minste zou zijn, wat ook gold voor wie onbekend is.",
        "The least that it could be, whatever holds for those who are unknown.",
    ),
    "adjustment:bound_high": both(
        "Wat het meeste zou zijn, wat ook gold voor wie onbekend is.",
        "The most that it could be, whatever holds for those who are unknown.",
    ),
    **{
        f"adjustment:{name}": both(
            "Volgens een statistisch model van alle leerlingen met een toetsscore; wat genoemd is, "
            "is gelijk.",
            "By a statistical model of all pupils with a test score; what is named is held equal.",
        )
        for name in MODELLED
    },
    "adjustment:modelled_by_threshold": both(
        "Volgens een model per drempel tussen twee adviezen.",
        "By a model for each threshold between two advices.",
    ),
    "adjustment:modelled_within_schools": both(
        "Volgens een model: tussen leerlingen van dezelfde school.",
        "By a model: between pupils of the same school.",
    ),
    "adjustment:modelled_between_schools": both(
        "Volgens een model: tussen scholen.", "By a model: between schools."
    ),
    "adjustment:modelled_shrunken": both(
        "Volgens een model, en naar het gemiddelde getrokken.",
        "By a model, and shrunken to the mean.",
    ),
    "unit:share": both(
        "Deel van een geheel, meestal van de leerlingen in de noemer; tussen 0 en 1, getoond in "
        "procenten.",
        "Part of a whole, mostly of the pupils in the denominator; between 0 and 1, shown in per "
        "cent.",
    ),
    "unit:levels": both(
        "Niveau van het advies: 1 is één schoolsoort, een dubbel advies de halve stap.",
        "Level of the advice: 1 is one school type, a double advice is the half step.",
    ),
    "unit:points": both(
        "Punten op de ISLED-schaal, of een toetsgrootheid.",
        "Points on the ISLED scale, or a test statistic.",
    ),
    "unit:ratio": both("Een getal gedeeld door een ander.", "One number divided by another."),
    "k": both("Leerlingen die de indicator telt.", "Pupils whom the indicator counts."),
    "n": both("Leerlingen onder wie geteld is.", "Pupils among whom it counts."),
    "n_schools": both("Scholen met een leerling in de noemer.",
                      "Schools with a pupil in the denominator."),
    "interval": both(
        "Van ondergrens tot bovengrens loopt het 95%-interval, waarbij de scholen gelden als "
        "steekproef uit vergelijkbare scholen.",
        "From lower to upper end runs the 95% interval, schools taken as a sample of similar "
        "schools.",
    ),
}  # fmt: skip
