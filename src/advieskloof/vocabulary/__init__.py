"""The words for what results hold, in Dutch and English, a topic a module; `labels` reads them."""

# A key is 'kind:value'; the words by language.
Words = dict[str, dict[str, str]]


def both(dutch: str, english: str) -> dict[str, str]:
    """Return the words of one label in both languages."""
    return {"nl": dutch, "en": english}


def alike(kind: str, *names: str) -> Words:
    """Return labels for names that both languages share, such as havo."""
    return {f"{kind}:{name}": both(name, name) for name in names}
