"""Why nothing was done."""


class Refused(Exception):
    """A backup can't be made, read or put back; its text is one line that says why and what to do."""
