"""The one error of the stack: a sentence for the person who started it."""


class StackError(Exception):
    """The stack cannot start or go on; the message says what is wrong and where, in one sentence."""
