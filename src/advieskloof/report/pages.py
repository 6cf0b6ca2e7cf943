"""The pages of the report, made from released tables and the words around them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import jinja2
import pandas as pd

from advieskloof import __version__, io, reference
from advieskloof.labels import LANGUAGES
from advieskloof.report import (
    about,
    calibration,
    contents,
    findings,
    flow,
    methods,
    published,
    templates,
)
from advieskloof.report.shown import shown
from advieskloof.report.words import WORDS


@dataclass(frozen=True)
class Release:
    """What a report is made from; all of it may leave.

    tables : ESTIMATES as released, by name.
    figures : names of the tables that are drawn; the others are there to download.
    rules : the release thresholds, told to the reader.
    unverified : the config's list of unverified rows; what rests on them is named.
    compared : the calibration table of synthetic cohorts; None for other sources.
    counted : the flow of pupils; None for published counts.
    methods : the text of docs/methods.md.
    """

    tables: Mapping[str, pd.DataFrame]
    figures: Collection[str]
    rules: Mapping[str, int]
    unverified: reference.Unverified
    compared: pd.DataFrame | None
    counted: pd.DataFrame | None
    methods: str


def render(release: Release, language: str) -> dict[str, str]:
    """Return the HTML of every page of the report in a language, by the name of its file."""
    names = contents.pages(release.tables, synthetic=release.compared is not None)
    templates_by_name = _templates()
    frame = _frame(release, names, language)
    return {
        contents.file(name, language): templates_by_name.get_template(_template(name)).render(
            **frame,
            name=name,
            title=contents.TITLES[name][language],
            other={other: contents.file(name, other) for other in LANGUAGES if other != language},
            **_content(name, release, language),
        )
        for name in names
    }


def _templates() -> jinja2.Environment:
    return templates.environment(
        {
            "frame": io.read_text(io.package_file("report/frame.html")),
            "table": io.read_text(io.package_file("report/table.html")),
            "index": io.read_text(io.package_file("report/start.html")),
            "theme": io.read_text(io.package_file("report/theme.html")),
            "published": io.read_text(io.package_file("report/published.html")),
            "synthetic": io.read_text(io.package_file("report/synthetic.html")),
            "about": io.read_text(io.package_file("report/about.html")),
            "methods": io.read_text(io.package_file("report/methods.html")),
        }
    )


def _template(name: str) -> str:
    return "theme" if name in {theme.name for theme in contents.THEMES} else name


def _frame(release: Release, names: list[str], language: str) -> dict:
    """Return what every page has around its content."""
    return {
        "language": language,
        "words": WORDS[language],
        "navigation": [
            {
                "name": name,
                "title": contents.TITLES[name][language],
                "file": contents.file(name, language),
            }
            for name in names
        ],
        "about_file": contents.file("about", language),
        "made": "" if release.compared is None else calibration.TEXTS[language]["made"],
        "style": io.read_text(io.package_file("report/page.css")),
        "sorting": io.read_text(io.package_file("report/sort.js")),
        "version": __version__,
    }


def _content(name: str, release: Release, language: str) -> dict:
    """Return what a page is filled with."""
    match name:
        case "index":
            themes = contents.themes(release.tables)
            return {"themes": [_summary(theme, release, language) for theme in themes]}
        case "published":
            return {"published": published.beside(release.tables, language)}
        case "synthetic":
            return {"calibration": calibration.readable(release.compared, language)}
        case "about":
            return _about(release, language)
        case "methods":
            return {"methods": methods.as_html(release.methods)}
        case _:
            [theme] = [theme for theme in contents.THEMES if theme.name == name]
            return _theme(theme, release, language)


def _summary(theme: contents.Theme, release: Release, language: str) -> dict:
    """Return a theme as the start page tells of it: its findings, and where more is."""
    told = findings.sentences(release.tables, language)
    mine = [name for name in told if name in theme.figures or name in theme.tables]
    return {
        "name": theme.name,
        "title": theme.title[language],
        "file": contents.file(theme.name, language),
        "lead": theme.lead[language],
        "findings": [sentence for name in mine for sentence in told[name]],
    }


def _theme(theme: contents.Theme, release: Release, language: str) -> dict:
    drawn = [name for name in theme.figures if name in release.figures]
    return {
        "theme": _summary(theme, release, language),
        "figures": [
            shown(name, release.tables[name], theme.figures[name], release.counted, language)
            for name in drawn
        ],
        "annexes": about.downloads(
            {
                name: table
                for name, table in release.tables.items()
                if name not in drawn and name in (*theme.figures, *theme.tables)
            },
            language,
        ),
        "methods_file": contents.file("methods", language),
    }


def _about(release: Release, language: str) -> dict:
    everything = pd.concat(release.tables.values(), ignore_index=True)
    return {
        "rules": release.rules,
        "public": bool(everything["public"].all()),
        "disclosure": about.disclosure(everything, release.rules, language),
        "unverified": reference.unverified_rows(release.unverified).to_dict("records"),
        "not_defined": about.not_defined(everything, language),
        "annex": contents.ANNEXES[language],
        "downloads": about.downloads(release.tables, language),
        "flow": []
        if release.counted is None
        else [f(release.counted, language) for f in (flow.by_cohort, flow.by_reason)],
    }
