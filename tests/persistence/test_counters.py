"""What triggers keep is the same in a migrated database as in one whose tables were made by the code."""

from sqlalchemy import Connection

from persistence import migrate
from persistence.tables import schema

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname"


def triggers(connection: Connection) -> list[tuple[str, ...]]:
    name = connection.dialect.name
    found = [tuple(row) for row in connection.exec_driver_sql(TRIGGERS[name])]
    return found if name == "sqlite" else found + [tuple(row) for row in connection.exec_driver_sql(FUNCTIONS)]


def emptied(connection: Connection) -> None:
    """The tables of the code, without a migration."""
    schema.create_all(connection)


async def test_migrations_make_the_triggers_that_the_code_makes(fresh_url: str, tmp_path: object) -> None:
    await migrate.upgrade(fresh_url)
    migrated = await migrate.with_connection(fresh_url, triggers)
    await migrate.downgrade(fresh_url, "base")
    assert await migrate.with_connection(fresh_url, triggers) == []
    await migrate.with_connection(fresh_url, emptied)
    assert await migrate.with_connection(fresh_url, triggers) == migrated
    assert len(migrated) >= 6
