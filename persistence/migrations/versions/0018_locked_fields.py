"""What of a media people said, which processors leave alone."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0018"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("locked_fields", types.Texts(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("media", "locked_fields")
