"""How Alembic reaches the database: over the connection that `persistence.migrate` opened."""

from alembic import context

from persistence.migrate import render
from persistence.tables import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
