"""The transaction that a statement is in where nobody says another one."""


class Inherited:
    """Says that a statement runs in the transaction of the whole direction."""


INHERITED = Inherited()
