"""Inequality in Dutch secondary-school advice."""

__version__ = "0.1.0"
