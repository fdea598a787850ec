"""How Alembic reaches the database: over the connection that `persistence.migrate` opened."""

from alembic import context

from persistence.extension import VERSION
from persistence.migrate import looked_at, render
from persistence.tables import schema

of = context.config.attributes["of"]  # an extension's revisions, or the core's
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=of.tables if of else schema,
    version_table=of.version_table if of else VERSION,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
    include_name=looked_at(of),
)
with context.begin_transaction():
    context.run_migrations()
