"""The checklist's own words, in Dutch and English."""

WORDS = {
    "nl": {
        "title": "Controlelijst bij een vrijgave",
        "lead": (
            "Voor wie controleert wat de beveiligde omgeving verlaat. Deze lijst zelf blijft "
            "binnen: zij onderscheidt wat te klein was van wat daarnaast is achtergehouden."
        ),
        "other_language": "English",
        "skip": "Naar de inhoud",
        "whole": "De vrijgave als geheel",
        "rules": (
            "Een getal rust op ten minste {minimum_pupils} leerlingen in noemer, teller en "
            "verschil, elk van ten minste {minimum_schools} scholen. Wat beschermd is, is voor een "
            "lezer niet nauwer te bepalen dan tot een interval van {protection} leerlingen breed."
        ),
        "suppressed": "Onderdrukt: {n} van {of} getallen ({share}).",
        "audited": (
            "Nagerekend uit de vrijgegeven getallen alleen: {n} beschermde aantallen; het smalste "
            "interval is {width} leerlingen breed (vereist: {protection})."
        ),
        "nothing_protected": "Er is geen beschermd aantal.",
        "tables": "Per tabel",
        "content": "inhoud",
        "split": "uitgesplitst naar",
        "cohorts": "schooljaren",
        "source": "bron",
        "rows": "rijen",
        "released": "vrijgegeven getallen",
        "primary": "primair onderdrukt",
        "secondary": "secundair onderdrukt",
        "other": "zonder getal om een andere reden",
        "smallest_n": "kleinste noemer",
        "smallest_k": "kleinste teller",
        "smallest_rest": "kleinste verschil van noemer en teller",
        "smallest_schools": "kleinste aantal scholen",
        "answers_title": "Antwoorden op de gebruikelijke vragen",
        "answers": [
            (
                "Zijn aantallen afgerond voordat er percentages van zijn gemaakt?",
                "Aantallen worden niet afgerond: zij zijn beschermd door onderdrukking, en uit een "
                "percentage volgt niets dat niet ook als aantal vrij is.",
            ),
            (
                "Staan de onderliggende aantallen erbij?",
                "Ja, noemer en teller staan in elke rij van de tabellen.",
            ),
            (
                "Kan één school of leerling een getal bepalen (dominantie)?",
                "Elke leerling telt één keer; er zijn geen bedragen. Achter noemer, teller en "
                "verschil staan elk ten minste {minimum_schools} scholen.",
            ),
            (
                "Zegt een getal iets over bijna iedereen in een groep (groepsonthulling)?",
                "Aandelen van 90% of meer, of 10% of minder, zijn onderdrukt in groepen onder "
                "{group_disclosure_below} leerlingen en in gebieden kleiner dan COROP. Er zijn er "
                "{nearly} vrij; de kleinste noemer daarvan is {smallest}.",
            ),
            (
                "Is een onderdrukt getal uit andere terug te rekenen (differencing)?",
                "Alle tabellen van de vrijgave zijn als één stelsel nagerekend: totalen, "
                "samengenomen jaren en groepen, geneste definities, kloven en hun zijden. Niet "
                "nagegaan: eerdere vrijgaven en tabellen van anderen.",
            ),
            (
                "Geven standaardfouten, intervallen of gemiddelden meer prijs dan de getallen?",
                "Zij staan alleen waar noemer en teller vrij zijn en worden anders mee "
                "onderdrukt. Een gemiddelde rust op dezelfde aantallen.",
            ),
            (
                "Zijn er uitkomsten van modellen (regressie)?",
                "Waar ze er zijn, rusten ze op de aantallen van de groepen waarover zij gaan, "
                "volgens dezelfde regels, en op ten minste 10 vrijheidsgraden. Coëfficiënten van "
                "groepen zijn er alleen als verschil tussen twee groepen (`adjusted_gaps`, "
                "`adjusted_moves`); andere coëfficiënten en restanten (residuen) niet.",
            ),
            (
                "Is er vrije tekst?",
                "Nee. Redenen, namen en omschrijvingen komen uit vaste lijsten; de naam van de "
                "bron komt uit de configuratie.",
            ),
        ],
    },
    "en": {
        "title": "Checklist with a release",
        "lead": (
            "For whoever checks what leaves the secure environment. The list itself stays inside: "
            "it tells apart what was too small from what was withheld beside it."
        ),
        "other_language": "Nederlands",
        "skip": "To the content",
        "whole": "The release as a whole",
        "rules": (
            "A number rests on at least {minimum_pupils} pupils in denominator, numerator and "
            "difference, each from at least {minimum_schools} schools. What is protected can't be "
            "placed by a reader in an interval narrower than {protection} pupils."
        ),
        "suppressed": "Suppressed: {n} of {of} numbers ({share}).",
        "audited": (
            "Computed back from the released numbers alone: {n} protected counts; the narrowest "
            "interval is {width} pupils wide (needed: {protection})."
        ),
        "nothing_protected": "There is no protected count.",
        "tables": "By table",
        "content": "content",
        "split": "split by",
        "cohorts": "school years",
        "source": "source",
        "rows": "rows",
        "released": "released numbers",
        "primary": "primary suppressions",
        "secondary": "secondary suppressions",
        "other": "without a number for another reason",
        "smallest_n": "smallest denominator",
        "smallest_k": "smallest numerator",
        "smallest_rest": "smallest denominator less numerator",
        "smallest_schools": "smallest number of schools",
        "answers_title": "Answers to the usual questions",
        "answers": [
            (
                "Were counts rounded before percentages were made of them?",
                "Counts aren't rounded: suppression protects them, and a percentage gives nothing "
                "that isn't released as a count too.",
            ),
            (
                "Do the underlying counts stand beside the numbers?",
                "Yes, denominator and numerator are in every row of the tables.",
            ),
            (
                "Can one school or pupil make a number (dominance)?",
                "Every pupil counts once; there are no amounts. Behind denominator, numerator and "
                "difference are at least {minimum_schools} schools each.",
            ),
            (
                "Does a number tell something of nearly everybody in a group (group disclosure)?",
                "Shares of 90% or more, or 10% or less, are suppressed in groups under "
                "{group_disclosure_below} pupils and in regions below COROP. {nearly} are "
                "released; their smallest denominator is {smallest}.",
            ),
            (
                "Does a suppressed number follow from others (differencing)?",
                "All tables of the release were computed back as one system: totals, years and "
                "groups taken together, nested definitions, gaps and their sides. Not looked at: "
                "earlier releases, and tables of others.",
            ),
            (
                "Do standard errors, intervals or means give away more than the numbers?",
                "They stand only where denominator and numerator may, and are suppressed with them "
                "elsewhere. A mean rests on the same counts.",
            ),
            (
                "Are there results of models (regression)?",
                "Where there are, they rest on the counts of the groups that they are about, by "
                "the same rules, and on at least 10 degrees of freedom. Of coefficients only those "
                "that are a gap between two groups are among them (`adjusted_gaps`, "
                "`adjusted_moves`); no others, and no residuals.",
            ),
            (
                "Is there free text?",
                "No. Reasons, names and descriptions come from fixed lists; the source's name is "
                "the config's.",
            ),
        ],
    },
}
