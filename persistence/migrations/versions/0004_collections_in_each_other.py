"""Collections in each other, their covers and rules, and how many media they hold."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FILLED = (
    """INSERT INTO collection_closure (ancestor_id, descendant_id, library_id, depth)
    WITH RECURSIVE pairs (ancestor_id, descendant_id, library_id, depth) AS (
      SELECT id, id, library_id, 0 FROM collection
      UNION ALL
      SELECT pairs.ancestor_id, collection.id, collection.library_id, pairs.depth + 1
      FROM pairs JOIN collection ON collection.parent_id = pairs.descendant_id)
    SELECT ancestor_id, descendant_id, library_id, depth FROM pairs""",
    """WITH RECURSIVE paths (id, path) AS (
      SELECT id, slug FROM collection WHERE parent_id IS NULL
      UNION ALL
      SELECT collection.id, paths.path || '/' || collection.slug FROM paths JOIN collection ON collection.parent_id = paths.id)
    UPDATE collection SET path = (SELECT paths.path FROM paths WHERE paths.id = collection.id)""",
    """UPDATE collection SET media_count = (SELECT count(*) FROM collection_item JOIN media ON media.id = collection_item.media_id
      WHERE collection_item.collection_id = collection.id AND media.trashed_at IS NULL)""",
)
"""What is known of collections that are there already."""
ON_SQLITE = [
    (
        "CREATE TRIGGER collection_media_count_insert AFTER INSERT ON collection_item BEGIN UPDATE collection SET "
        "media_count = media_count + 1 WHERE id = NEW.collection_id AND library_id = NEW.library_id AND EXISTS (SELECT "
        "1 FROM media WHERE id = NEW.media_id AND library_id = NEW.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER collection_media_count_delete AFTER DELETE ON collection_item BEGIN UPDATE collection SET "
        "media_count = media_count - 1 WHERE id = OLD.collection_id AND library_id = OLD.library_id AND EXISTS (SELECT "
        "1 FROM media WHERE id = OLD.media_id AND library_id = OLD.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER collection_media_count_update AFTER UPDATE OF media_id, collection_id ON collection_item BEGIN "
        "UPDATE collection SET media_count = media_count - 1 WHERE id = OLD.collection_id AND library_id = "
        "OLD.library_id AND EXISTS (SELECT 1 FROM media WHERE id = OLD.media_id AND library_id = OLD.library_id AND "
        "trashed_at IS NULL); UPDATE collection SET media_count = media_count + 1 WHERE id = NEW.collection_id AND "
        "library_id = NEW.library_id AND EXISTS (SELECT 1 FROM media WHERE id = NEW.media_id AND library_id = "
        "NEW.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER collection_media_count_trash AFTER UPDATE OF trashed_at ON media WHEN (OLD.trashed_at IS NULL) "
        "<> (NEW.trashed_at IS NULL) BEGIN UPDATE collection SET media_count = media_count + CASE WHEN NEW.trashed_at "
        "IS NULL THEN 1 ELSE -1 END WHERE library_id = NEW.library_id AND id IN (SELECT collection_id FROM "
        "collection_item WHERE media_id = NEW.id AND library_id = NEW.library_id); END"
    ),
    (
        "CREATE TRIGGER collection_media_count_purge BEFORE DELETE ON media BEGIN DELETE FROM collection_item WHERE "
        "media_id = OLD.id; END"
    ),
]
ON_POSTGRESQL = [
    (
        "CREATE FUNCTION collection_media_count_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP <> "
        "'DELETE' THEN UPDATE collection SET media_count = media_count + found.many FROM (SELECT came.collection_id AS "
        "id, came.library_id, count(*) AS many FROM came JOIN media ON media.id = came.media_id AND media.library_id = "
        "came.library_id AND media.trashed_at IS NULL GROUP BY came.collection_id, came.library_id) AS found WHERE "
        "collection.id = found.id AND collection.library_id = found.library_id; END IF; IF TG_OP <> 'INSERT' THEN "
        "UPDATE collection SET media_count = media_count - found.many FROM (SELECT went.collection_id AS id, "
        "went.library_id, count(*) AS many FROM went JOIN media ON media.id = went.media_id AND media.library_id = "
        "went.library_id AND media.trashed_at IS NULL GROUP BY went.collection_id, went.library_id) AS found WHERE "
        "collection.id = found.id AND collection.library_id = found.library_id; END IF; RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER collection_media_count_insert AFTER INSERT ON collection_item REFERENCING NEW TABLE AS came FOR"
        " EACH STATEMENT EXECUTE FUNCTION collection_media_count_change()"
    ),
    (
        "CREATE TRIGGER collection_media_count_delete AFTER DELETE ON collection_item REFERENCING OLD TABLE AS went FOR"
        " EACH STATEMENT EXECUTE FUNCTION collection_media_count_change()"
    ),
    (
        "CREATE TRIGGER collection_media_count_update AFTER UPDATE ON collection_item REFERENCING OLD TABLE AS went NEW"
        " TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION collection_media_count_change()"
    ),
    (
        "CREATE FUNCTION collection_media_count_trash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE collection "
        "SET media_count = media_count + CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END WHERE library_id = "
        "NEW.library_id AND id IN (SELECT collection_id FROM collection_item WHERE media_id = NEW.id AND library_id = "
        "NEW.library_id); RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER collection_media_count_trash AFTER UPDATE OF trashed_at ON media FOR EACH ROW WHEN "
        "((OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL)) EXECUTE FUNCTION collection_media_count_trash()"
    ),
    (
        "CREATE FUNCTION collection_media_count_purge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "
        "collection_item WHERE media_id = OLD.id; RETURN OLD; END $$"
    ),
    (
        "CREATE TRIGGER collection_media_count_purge BEFORE DELETE ON media FOR EACH ROW EXECUTE FUNCTION "
        "collection_media_count_purge()"
    ),
]
TRIGGERS = {
    "insert": "collection_item", "delete": "collection_item", "update": "collection_item", "trash": "media", "purge": "media",
}  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("collection") as batch:
        batch.add_column(sa.Column("path", types.Words(), nullable=False, server_default=""))
        batch.add_column(sa.Column("rule", types.Words()))
        batch.add_column(sa.Column("media_count", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("cover_id", types.Key()))
        batch.create_foreign_key("fk_collection_cover_id", "media", ["cover_id"], ["id"], ondelete="SET NULL")
        batch.create_index("ix_collection_cover", ["cover_id"])
    op.create_table(
        "collection_closure",
        sa.Column("ancestor_id", types.Key(), nullable=False),
        sa.Column("descendant_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_collection_closure_{column}"), ondelete="CASCADE")
            for column, table in (("ancestor_id", "collection"), ("descendant_id", "collection"), ("library_id", "library"))
        ),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_collection_closure")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_collection_closure_descendant", "collection_closure", ["descendant_id", "ancestor_id", "library_id"])
    for statement in FILLED:
        op.execute(statement)
    for statement in ON_SQLITE if is_sqlite() else ON_POSTGRESQL:
        op.execute(statement)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    for name, table in TRIGGERS.items():
        on = "" if is_sqlite() else f" ON {table}"
        op.execute(f"DROP TRIGGER collection_media_count_{name}{on}")
    for name in () if is_sqlite() else ("change", "trash", "purge"):
        op.execute(f"DROP FUNCTION collection_media_count_{name}()")
    op.drop_table("collection_closure")
    with op.batch_alter_table("collection") as batch:
        batch.drop_index("ix_collection_cover")
        batch.drop_constraint("fk_collection_cover_id", type_="foreignkey")
        for name in ("cover_id", "media_count", "rule", "path"):
            batch.drop_column(name)
