"""Filling HTML templates: everything is escaped, and a name that isn't there is an error."""

from collections.abc import Mapping

import jinja2


def environment(texts: Mapping[str, str]) -> jinja2.Environment:
    """Return templates by name, which may extend and import each other."""
    return jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.DictLoader(texts),
    )
