"""Tags in a tree, with aliases and implications, old keys of merged ones, and a count of their media."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ON_SQLITE = [
    (
        "CREATE TRIGGER tag_made AFTER INSERT ON tag BEGIN INSERT INTO tag_key (key, library_id, tag_id) VALUES (NEW.id, "
        "NEW.library_id, NEW.id); INSERT INTO tag_closure (ancestor_id, descendant_id, depth, library_id) VALUES (NEW.id, "
        "NEW.id, 0, NEW.library_id); INSERT INTO tag_closure (ancestor_id, descendant_id, depth, library_id) SELECT "
        "ancestor_id, NEW.id, depth + 1, library_id FROM tag_closure WHERE descendant_id = NEW.parent_id; END"
    ),
    (
        "CREATE TRIGGER tag_media_count_insert AFTER INSERT ON media_tag BEGIN UPDATE tag SET media_count = media_count + "
        "1 WHERE id = NEW.tag_id AND library_id = NEW.library_id AND EXISTS (SELECT 1 FROM media WHERE id = NEW.media_id "
        "AND library_id = NEW.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER tag_media_count_delete AFTER DELETE ON media_tag BEGIN UPDATE tag SET media_count = media_count - "
        "1 WHERE id = OLD.tag_id AND library_id = OLD.library_id AND EXISTS (SELECT 1 FROM media WHERE id = OLD.media_id "
        "AND library_id = OLD.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER tag_media_count_update AFTER UPDATE OF media_id, tag_id ON media_tag BEGIN UPDATE tag SET "
        "media_count = media_count - 1 WHERE id = OLD.tag_id AND library_id = OLD.library_id AND EXISTS (SELECT 1 FROM "
        "media WHERE id = OLD.media_id AND library_id = OLD.library_id AND trashed_at IS NULL); UPDATE tag SET "
        "media_count = media_count + 1 WHERE id = NEW.tag_id AND library_id = NEW.library_id AND EXISTS (SELECT 1 FROM "
        "media WHERE id = NEW.media_id AND library_id = NEW.library_id AND trashed_at IS NULL); END"
    ),
    (
        "CREATE TRIGGER tag_media_count_trash AFTER UPDATE OF trashed_at ON media WHEN (OLD.trashed_at IS NULL) <> "
        "(NEW.trashed_at IS NULL) BEGIN UPDATE tag SET media_count = media_count + CASE WHEN NEW.trashed_at IS NULL THEN "
        "1 ELSE -1 END WHERE library_id = NEW.library_id AND id IN (SELECT tag_id FROM media_tag WHERE media_id = NEW.id "
        "AND library_id = NEW.library_id); END"
    ),
    (
        "CREATE TRIGGER tag_media_count_purge BEFORE DELETE ON media BEGIN DELETE FROM media_tag WHERE media_id = OLD.id; "
        "END"
    ),
]
ON_POSTGRESQL = [
    (
        "CREATE FUNCTION tag_made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tag_key (key, library_id, "
        "tag_id) VALUES (NEW.id, NEW.library_id, NEW.id); INSERT INTO tag_closure (ancestor_id, descendant_id, depth, "
        "library_id) VALUES (NEW.id, NEW.id, 0, NEW.library_id); INSERT INTO tag_closure (ancestor_id, descendant_id, "
        "depth, library_id) SELECT ancestor_id, NEW.id, depth + 1, library_id FROM tag_closure WHERE descendant_id = "
        "NEW.parent_id; RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER tag_made AFTER INSERT ON tag FOR EACH ROW EXECUTE FUNCTION tag_made()"
    ),
    (
        "CREATE FUNCTION tag_media_count_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP <> 'DELETE' THEN "
        "UPDATE tag SET media_count = media_count + found.many FROM (SELECT came.tag_id AS id, came.library_id, count(*) "
        "AS many FROM came JOIN media ON media.id = came.media_id AND media.library_id = came.library_id AND "
        "media.trashed_at IS NULL GROUP BY came.tag_id, came.library_id) AS found WHERE tag.id = found.id AND "
        "tag.library_id = found.library_id; END IF; IF TG_OP <> 'INSERT' THEN UPDATE tag SET media_count = media_count - "
        "found.many FROM (SELECT went.tag_id AS id, went.library_id, count(*) AS many FROM went JOIN media ON media.id = "
        "went.media_id AND media.library_id = went.library_id AND media.trashed_at IS NULL GROUP BY went.tag_id, "
        "went.library_id) AS found WHERE tag.id = found.id AND tag.library_id = found.library_id; END IF; RETURN NULL; "
        "END $$"
    ),
    (
        "CREATE TRIGGER tag_media_count_insert AFTER INSERT ON media_tag REFERENCING NEW TABLE AS came FOR EACH STATEMENT "
        "EXECUTE FUNCTION tag_media_count_change()"
    ),
    (
        "CREATE TRIGGER tag_media_count_delete AFTER DELETE ON media_tag REFERENCING OLD TABLE AS went FOR EACH STATEMENT "
        "EXECUTE FUNCTION tag_media_count_change()"
    ),
    (
        "CREATE TRIGGER tag_media_count_update AFTER UPDATE ON media_tag REFERENCING OLD TABLE AS went NEW TABLE AS came "
        "FOR EACH STATEMENT EXECUTE FUNCTION tag_media_count_change()"
    ),
    (
        "CREATE FUNCTION tag_media_count_trash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tag SET media_count "
        "= media_count + CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END WHERE library_id = NEW.library_id AND id IN "
        "(SELECT tag_id FROM media_tag WHERE media_id = NEW.id AND library_id = NEW.library_id); RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER tag_media_count_trash AFTER UPDATE OF trashed_at ON media FOR EACH ROW WHEN ((OLD.trashed_at IS "
        "NULL) <> (NEW.trashed_at IS NULL)) EXECUTE FUNCTION tag_media_count_trash()"
    ),
    (
        "CREATE FUNCTION tag_media_count_purge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM media_tag WHERE "
        "media_id = OLD.id; RETURN OLD; END $$"
    ),
    (
        "CREATE TRIGGER tag_media_count_purge BEFORE DELETE ON media FOR EACH ROW EXECUTE FUNCTION "
        "tag_media_count_purge()"
    ),
]
FUNCTIONS = ["tag_made", "tag_media_count_change", "tag_media_count_trash", "tag_media_count_purge"]
TRIGGERS = {
    "tag_made": "tag",
    "tag_media_count_insert": "media_tag",
    "tag_media_count_delete": "media_tag",
    "tag_media_count_update": "media_tag",
    "tag_media_count_trash": "media",
    "tag_media_count_purge": "media",
}
BACKFILL = [
    "UPDATE tag SET path = slug",
    "INSERT INTO tag_key (key, library_id, tag_id) SELECT id, library_id, id FROM tag",
    "INSERT INTO tag_closure (ancestor_id, descendant_id, depth, library_id) SELECT id, id, 0, library_id FROM tag",
    (
        # CROSS, as SQLite would begin with all media of the library, once for every tag
        "UPDATE tag SET media_count = (SELECT count(*) FROM media_tag CROSS JOIN media WHERE media.id = media_tag.media_id "
        "AND media.library_id = media_tag.library_id AND media_tag.tag_id = tag.id AND media_tag.library_id = tag.library_id AND media.trashed_at IS NULL)"
    ),
]


def upgrade() -> None:
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.add_column(sa.Column("aliases", types.Texts(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("parent_id", types.Key(), nullable=True))
        batch_op.add_column(sa.Column("path", types.Words(), nullable=True))
        batch_op.add_column(sa.Column("depth", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("media_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_tag_parent_id"), "tag", ["parent_id"], ["id"])
    op.create_table(
        "tag_closure",
        sa.Column("ancestor_id", types.Key(), nullable=False),
        sa.Column("descendant_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["tag.id"], name=op.f("fk_tag_closure_ancestor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["descendant_id"], ["tag.id"], name=op.f("fk_tag_closure_descendant_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_tag_closure_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_tag_closure")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_closure_descendant", "tag_closure", ["descendant_id", "ancestor_id", "depth", "library_id"])
    op.create_table(
        "tag_key",
        sa.Column("key", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("tag_id", types.Key(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_tag_key_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_key_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tag_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_key_tag", "tag_key", ["tag_id"])
    op.create_table(
        "tag_alias",
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("folded_name", types.Words(), nullable=False),
        sa.Column("tag_id", types.Key(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_tag_alias_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_alias_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("library_id", "folded_name", name=op.f("pk_tag_alias")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_alias_tag", "tag_alias", ["tag_id", "folded_name"])
    op.create_table(
        "tag_implication",
        sa.Column("tag_id", types.Key(), nullable=False),
        sa.Column("implied_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.ForeignKeyConstraint(["implied_id"], ["tag.id"], name=op.f("fk_tag_implication_implied_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_tag_implication_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_implication_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "implied_id", name=op.f("pk_tag_implication")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_implication_implied", "tag_implication", ["implied_id", "tag_id"])
    for sql in BACKFILL:
        op.execute(sa.text(sql))
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.alter_column("path", existing_type=types.Words(), nullable=False)
        batch_op.create_index("ix_tag_parent", ["parent_id", "folded_name", "id"])
        batch_op.create_index("ix_tag_media_count", ["library_id", "media_count", "id"])
        batch_op.create_index("ix_tag_created", ["library_id", "created_at", "id"])
    trashed = sa.text("trashed_at IS NOT NULL")
    op.create_index("ix_media_trashed", "media", ["library_id", "created_at", "id"], sqlite_where=trashed, postgresql_where=trashed)
    for sql in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.get_bind().exec_driver_sql(sql)


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}")
    for name in [] if on_sqlite else FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_media_trashed", "media")
    for name in ("tag_implication", "tag_alias", "tag_key", "tag_closure"):
        op.drop_table(name)
    with op.batch_alter_table("tag", schema=None) as batch_op:
        for index in ("ix_tag_parent", "ix_tag_media_count", "ix_tag_created"):
            batch_op.drop_index(index)
        batch_op.drop_constraint(batch_op.f("fk_tag_parent_id"), type_="foreignkey")
        for column in ("media_count", "depth", "path", "parent_id", "aliases"):
            batch_op.drop_column(column)
