"""What all tests share: figures are drawn without a screen."""

import matplotlib as mpl

mpl.use("Agg")


def pytest_collection_modifyitems(items):
    """Put what is made once for many tests first: at the end one process would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
