"""One module a kind of delivery: raw names and codes come in, the project's tables go out."""
