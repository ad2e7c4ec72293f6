"""Why something that was asked for can't be done, in words for whoever asked."""


class Refusal(Exception):
    """Ends a command; its message is all that is shown."""
