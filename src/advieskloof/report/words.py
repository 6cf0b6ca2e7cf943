"""The report's own words, in Dutch and English."""

WORDS = {
    "nl": {
        "title": "Advieskloof",
        "lead": (
            "Krijgen leerlingen met dezelfde toetsscore hetzelfde advies voor het voortgezet "
            "onderwijs? Dit rapport vergelijkt het advies van de basisschool met de toets, naar "
            "opleiding van de ouders, regio en stedelijkheid."
        ),
        "meaning_of_intervals": (
            "De cijfers zijn geteld over alle leerlingen van een cohort, niet over een steekproef; "
            "een 95%-interval zegt hoe zij zouden kunnen uitvallen bij andere, vergelijkbare "
            "scholen. Waar het interval van een verschil nul omvat, is niet te zeggen of er een "
            "verschil is. Een niveau is één schoolsoort, zoals van havo naar vwo."
        ),
        "other_language": "English",
        "skip": "Naar de inhoud",
        "contents": "Pagina’s",
        "numbers_behind": "De cijfers bij deze figuur",
        "note": "Definitie",
        "population": "Populatie",
        "each": "{n} per getal",
        "method": "Methode",
        "numbers_behind_published": "De vergelijking",
        "alt": "Beschrijving van de figuur",
        "download": "Downloaden",
        "print": "voor druk",
        "drawn": "cijfers in de figuur",
        "whole_table": "hele tabel",
        "annexes": "Meer tabellen over dit onderwerp",
        "methods_lead": (
            "Wat elk cijfer schat, met kleine voorbeelden die met de hand zijn nagerekend en "
            "waartegen de code wordt getest. Deze pagina is in het Engels."
        ),
        "flow": "Wie meetelt",
        "flow_lead": (
            "Elke aangeleverde rij is afgekeurd, buiten beschouwing gelaten of geanalyseerd. "
            "Hoeveel leerlingen zijn geanalyseerd, staat als noemer bij elk cijfer; hoeveel rijen "
            "niet meetellen staat hier, naar beneden afgerond op veelvouden van {protection}."
        ),
        "definitions": "Definities",
        "definition_texts": [
            "Onderadvisering: het advies is lager dan het toetsadvies; overadvisering: het is "
            "hoger. Hoeveel lager of hoger, zegt de definitie die bij elk cijfer staat.",
            "Bij gelijke score: herwogen, zodat elke groep leerlingen dezelfde verdeling over "
            "toetsen en scores heeft als alle leerlingen.",
            "Niveau: één stap is één schoolsoort (pro, vmbo-b, vmbo-k, vmbo-gt, havo, vwo); een "
            "dubbel advies is een halve stap.",
            "Schoolsoorten van laag naar hoog: pro (praktijkonderwijs), vmbo-b, vmbo-k en vmbo-gt "
            "(basis-, kader- en gemengde of theoretische leerweg; vier jaar), havo (vijf jaar) en "
            "vwo (zes jaar). Opleiding van de ouders: mbo (niveaus 1 tot en met 4), hbo "
            "(hogeschool) en wo (universiteit).",
            "Brugklas: homogeen (één schoolsoort), dakpan (twee die op elkaar volgen) of breed. "
            "Opgestroomd: elke schoolsoort van de plaats in het derde jaar is hoger dan elke van "
            "de brugklas (of van het advies); afgestroomd: elke is lager; anders zelfde niveau.",
            "In aanmerking voor heroverweging: het toetsadvies is hoger dan het eerste advies; "
            "een half niveau, zoals van vmbo-k naar vmbo-k/gt, telt mee. Vanaf 2023/24 niet meer "
            "bij advies pro of pro/vmbo-b met toetsadvies pro/vmbo-b.",
            "Bijgesteld: het advies is na de toets verhoogd, bij wie in aanmerking kwam.",
            "Noemers: leerlingen met een eerste advies; leerlingen met een advies en een "
            "toetsadvies; wie in aanmerking kwam. De noemer staat bij elk cijfer.",
            "De cijfers beschrijven adviezen. Zij zeggen niet waarom een advies afwijkt van de "
            "toets: een toets is een meting op één dag, een advies berust op jaren.",
        ],
        "not_defined": "Niet te berekenen",
        "not_defined_none": "Elke indicator was in elk schooljaar te berekenen.",
        "disclosure": "Statistische beveiliging",
        "rule_public": (
            "Alle cijfers komen uit een gepubliceerde tabel en zijn daarom niet onderdrukt. Voor "
            "andere bronnen rust een vrijgegeven cijfer op ten minste {minimum_pupils} leerlingen "
            "in de noemer, in de teller en in het verschil daartussen, en op ten minste "
            "{minimum_schools} scholen."
        ),
        "rule_guarded": (
            "Een vrijgegeven cijfer rust op ten minste {minimum_pupils} leerlingen in de noemer, "
            "in de teller en in het verschil daartussen, en daarbij telkens op ten minste "
            "{minimum_schools} scholen."
        ),
        "suppressed": "Onderdrukt: {n} van {of} getallen.",
        "secondary": (
            "Ook wat nodig is om die getallen te beschermen, is onderdrukt: uit alle vrijgegeven "
            "tabellen samen is een te klein aantal niet nauwer te bepalen dan tot een interval van "
            "{protection} leerlingen. Een onderdrukt cijfer zegt dus niet dat het zelf klein is."
        ),
        "unverified": "Waar de cijfers op rusten",
        "unverified_none": (
            "Alle gebruikte rijen van de referentietabellen zijn in een bron gezien of eruit "
            "berekend."
        ),
        "unverified_some": (
            "Deze rijen van referentietabellen zijn niet in een bron gezien en mogen toch worden "
            "gebruikt, omdat de configuratie ze noemt; niet elke rij ligt onder een vrijgegeven "
            "cijfer:"
        ),
        "unverified_line": "{table}: {key} ({status}; {source})",
        "intervals": (
            "Gepubliceerde tellingen gaan over alle leerlingen en noemen geen scholen; er staan "
            "daarom geen intervallen bij."
        ),
        "made_by": "Gemaakt met advieskloof {version}.",
        "manifest": "Herkomst: manifest.json",
        "meanings": "Wat de woorden betekenen",
        "tables": "Alle vrijgegeven tabellen",
        "annex": "Alle tabellen in één spreadsheet (XLSX)",
        "rows": "{n} rijen",
    },
    "en": {
        "title": "Advieskloof (the advice gap)",
        "lead": (
            "Do pupils with the same test score get the same advice for secondary school? This "
            "report compares the advice of primary schools with the test, by parental education, "
            "region and urbanity."
        ),
        "meaning_of_intervals": (
            "The numbers count all pupils of a cohort, not a sample; a 95% interval says how they "
            "might have come out with other, similar schools. Where the interval of a difference "
            "covers zero it can't be told whether there is a difference. A level is one school "
            "type, as from havo to vwo."
        ),
        "other_language": "Nederlands",
        "skip": "To the content",
        "contents": "Pages",
        "numbers_behind": "The numbers behind this figure",
        "note": "Definition",
        "population": "Population",
        "each": "{n} for each number",
        "method": "Method",
        "numbers_behind_published": "The comparison",
        "alt": "Description of the figure",
        "download": "Download",
        "print": "for print",
        "drawn": "numbers drawn",
        "whole_table": "whole table",
        "annexes": "More tables on this subject",
        "methods_lead": (
            "What each number estimates, with small examples worked by hand against which the code "
            "is tested."
        ),
        "flow": "Who counts",
        "flow_lead": (
            "Every delivered row is rejected, left out or analysed. How many pupils were analysed "
            "is the denominator of each number; how many rows don't count is told here, rounded "
            "down to multiples of {protection}."
        ),
        "definitions": "Definitions",
        "definition_texts": [
            "Under-advising: the advice is lower than the test advice; over-advising: it is "
            "higher. How much lower or higher is said by the definition beside each number.",
            "At equal score: weighted, so that each group of pupils has the same distribution over "
            "tests and scores as all pupils.",
            "Level: one step is one school type (pro, vmbo-b, vmbo-k, vmbo-gt, havo, vwo); a "
            "double advice is half a step.",
            "School types from low to high: pro (practical training), vmbo-b, vmbo-k and vmbo-gt "
            "(pre-vocational: basic, middle-management, and combined or theoretical; four years), "
            "havo (senior general, five years) and vwo (pre-university, six years). Parental "
            "education: mbo (vocational, levels 1 to 4), hbo (university of applied sciences) and "
            "wo (university).",
            "Class of year 1: of one school type, of two adjacent ones (dakpan) or of more. Moved "
            "up: every school type of the position in the third year is above every one of the "
            "class of year 1 (or of the advice); moved down: every one is below; else same level.",
            "Eligible for reconsideration: the test advice is higher than the first advice; half a "
            "level, as from vmbo-k to vmbo-k/gt, counts. From 2023/24 no longer with advice pro or "
            "pro/vmbo-b and test advice pro/vmbo-b.",
            "Adjusted: the advice was raised after the test, among those eligible.",
            "Denominators: pupils with a first advice; pupils with an advice and a test advice; "
            "those eligible. The denominator stands with each number.",
            "The numbers describe advices. They don't say why an advice differs from the test: a "
            "test measures on one day, an advice rests on years.",
        ],
        "not_defined": "What can't be computed",
        "not_defined_none": "Every indicator could be computed in every school year.",
        "disclosure": "Protection against disclosure",
        "rule_public": (
            "All numbers come from a published table, so none is suppressed. For other sources a "
            "released number rests on at least {minimum_pupils} pupils in the denominator, in the "
            "numerator and in their difference, each from at least {minimum_schools} schools."
        ),
        "rule_guarded": (
            "A released number rests on at least {minimum_pupils} pupils in the denominator, in "
            "the numerator and in their difference, each from at least {minimum_schools} schools."
        ),
        "suppressed": "Suppressed: {n} of {of} numbers.",
        "secondary": (
            "What is needed to protect those numbers is suppressed too: from all released tables "
            "together a count that is too small can't be placed in an interval narrower than "
            "{protection} pupils. So a suppressed number isn't said to be small itself."
        ),
        "unverified": "What the numbers rest on",
        "unverified_none": (
            "All rows of reference tables that were used were seen in a source or follow from one "
            "by arithmetic."
        ),
        "unverified_some": (
            "These rows of reference tables were not seen in a source and may be used because the "
            "config lists them; not each lies under a released number:"
        ),
        "unverified_line": "{table}: {key} ({status}; {source})",
        "intervals": (
            "Published counts cover all pupils and name no schools, so there are no intervals."
        ),
        "made_by": "Made with advieskloof {version}.",
        "manifest": "What went in: manifest.json",
        "meanings": "What havo, vwo, hbo and other words mean",
        "tables": "All released tables",
        "annex": "All tables in one spreadsheet (XLSX)",
        "rows": "{n} rows",
    },
}
