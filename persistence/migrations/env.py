"""How Alembic reaches the database: over the connection that `persistence.migrate` opened."""

from alembic import context

from persistence.matching import is_ours
from persistence.migrate import render
from persistence.tables import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
    include_name=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
