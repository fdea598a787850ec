"""What triggers have in common, whatever they keep."""

ROWS = {"INSERT": "NEW TABLE AS came", "DELETE": "OLD TABLE AS went", "UPDATE": "OLD TABLE AS went NEW TABLE AS came"}
"""What the rows of a statement are called within its trigger on PostgreSQL."""
TURNED = "(OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL)"
"""A media went into the trash, or came out of it."""


def function(name: str, body: str, result: str = "NULL") -> str:
    """The function of a trigger on PostgreSQL."""
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {result}; END $$"
