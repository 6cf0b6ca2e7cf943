"""The report: static HTML in Dutch and English, from released tables, loading nothing.

`contents` says which pages there are, `pages` makes them; `checklist` is a page of its own that
stays with the private tables.
"""
