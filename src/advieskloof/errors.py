"""What can go wrong that a person can mend: the text of each error is all that they see."""


class AdvieskloofError(Exception):
    """The base of every error whose text is written for the person at the keyboard."""


class ConfigError(AdvieskloofError):
    """The configuration asks for something that is not allowed or not there."""


class DataError(AdvieskloofError):
    """A table or file is not what its contract says; the text holds counts, never rows."""


class FigureError(AdvieskloofError):
    """A figure lacks something that readers need, such as its source or its alt text."""


class RunError(AdvieskloofError):
    """A run can't start or go on: another one is active, the disk is full, a folder is a file."""


class ModelError(AdvieskloofError):
    """A model can't be estimated from these data.

    reason : why, as a key of labels: for results in which the model then has no numbers.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(f"the model can't be estimated: {message}")
        self.reason = reason


def listing(names: object, limit: int = 12) -> str:
    """Return names as 'a, b, c', at most `limit` of them and then how many more there are."""
    shown = [str(name) for name in names]
    more = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {more} more" if more > 0 else "")
