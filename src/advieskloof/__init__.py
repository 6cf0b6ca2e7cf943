"""Inequality in Dutch secondary-school advice.

`import advieskloof as ak` gives what notebooks need (docs/api.md). Each name loads its module when
it is first used, so that the import itself is light.
"""

import importlib

__version__ = "0.1.0"

# By name: the module that defines it, and its name there.
_PUBLIC = {
    # pupils
    "synthetic_cohorts": "notebook.pupils:synthetic_cohorts",
    "export_synthetic": "deliveries:export",
    "new_mapping": "deliveries:draft",
    "check_delivery": "notebook.pupils:check_delivery",
    "read_delivery": "notebook.pupils:read_delivery",
    "read_run": "notebook.pupils:read_run",
    # what is measured of them
    "outcomes": "notebook.pupils:outcomes",
    "advice": "notebook.estimates:advice",
    "reconsideration": "notebook.estimates:reconsideration",
    "further": "notebook.estimates:further",
    "follow_pupils": "notebook.lower_years:follow_pupils",
    "placement": "notebook.lower_years:placement",
    "moves": "notebook.lower_years:moves",
    "released": "notebook.estimates:released",
    "figure": "notebook.drawing:figure",
    # models of your own
    "model_frame": "notebook.modelling:model_frame",
    "fit_ordered": "models.ordered:fit_ordered",
    "fit_binary": "models.binary:fit_binary",
    "fit_multinomial": "models.multinomial:fit_multinomial",
    "fit_random": "models.random_effects:fit_random",
    "within_between": "models.within:within_between",
    "adjusted": "models.effects:adjusted",
    "gaps": "models.effects:gaps",
    "events": "models.results:events",
    "proportional_odds": "models.proportional:proportional_odds",
    # words and tables of knowledge
    "reference_table": "reference:read_all",
    "group_label": "labels:group_label",
    "AdvieskloofError": "errors:AdvieskloofError",
}
__all__ = list(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name].split(":")
    return getattr(importlib.import_module(f"{__name__}.{module}"), attribute)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
