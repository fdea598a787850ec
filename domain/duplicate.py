"""Media that are the same, or look it: what that means, and what may be done about it."""

from enum import StrEnum


class DuplicatePolicy(StrEnum):
    """What becomes of bytes that a media of the library has; what lies in the trash does not count."""

    REUSE = "REUSE"
    REJECT = "REJECT"
    KEEP_BOTH = "KEEP_BOTH"
    REPLACE = "REPLACE"
