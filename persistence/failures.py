"""What a database raises, told as what it means to a caller."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from domain.errors import Invalid, Unavailable

OUT_OF_REACH = ("08", "28", "3D", "53", "57")
"""Classes of PostgreSQL's states: no connection, no entry, no such database, too many clients, shutting down."""
NO_TEXT = ("22021", "22P05")
"""What PostgreSQL says of NUL and of halves of surrogate pairs."""


@contextmanager
def told() -> Generator[None]:
    """Raises Invalid for a broken rule of the tables, Unavailable where the database cannot be reached or is too busy."""
    try:
        yield
    except IntegrityError as error:
        raise Invalid("The change breaks a rule of the library: a value is missing, taken or not allowed.") from error
    except (OperationalError, NoConnection, OSError) as error:
        raise Unavailable("The database does not answer.") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in NO_TEXT:
            raise Invalid("A text has a character that cannot be kept.") from error
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if not error.connection_invalidated and state[:2] not in OUT_OF_REACH:
            raise
        raise Unavailable("The database does not answer.") from error
