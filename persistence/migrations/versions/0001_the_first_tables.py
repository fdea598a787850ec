"""The first tables."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.CheckConstraint("library_id = id", name=op.f("ck_library_is_itself")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
        sa.UniqueConstraint("name", name=op.f("uq_library_name")),
    )
    op.create_table(
        "collection",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("folded_name", types.Words(), nullable=False),
        sa.Column("slug", types.Words(), nullable=False),
        sa.Column("description", types.Words(), nullable=True),
        sa.Column("parent_id", types.Key(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_collection_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["collection.id"], name=op.f("fk_collection_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint(
            "library_id", "parent_id", "folded_name", name=op.f("uq_collection_library_id_parent_id_folded_name")
        ),
        sa.UniqueConstraint("library_id", "slug", name=op.f("uq_collection_library_id_slug")),
    )
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.create_index("ix_collection_parent", ["parent_id", "folded_name", "id"], unique=False)
        batch_op.create_index(
            "uq_collection_root_name",
            ["library_id", "folded_name"],
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )

    op.create_table(
        "storage",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("protocol", types.Words(), nullable=False),
        sa.Column("root", types.Words(), nullable=True),
        sa.Column("is_read_only", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_storage_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage")),
        sa.UniqueConstraint("library_id", "key", name=op.f("uq_storage_library_id_key")),
    )
    op.create_table(
        "tag",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("folded_name", types.Words(), nullable=False),
        sa.Column("slug", types.Words(), nullable=False),
        sa.Column("description", types.Words(), nullable=True),
        sa.Column("color", types.Words(), nullable=True),
        sa.Column("category", types.Words(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_tag_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("library_id", "folded_name", name=op.f("uq_tag_library_id_folded_name")),
        sa.UniqueConstraint("library_id", "slug", name=op.f("uq_tag_library_id_slug")),
    )
    op.create_table(
        "blob",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("storage_id", types.Key(), nullable=False),
        sa.Column("sha256", types.Words(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_blob_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["storage_id"], ["storage.id"], name=op.f("fk_blob_storage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blob")),
        sa.UniqueConstraint("library_id", "storage_id", "sha256", name=op.f("uq_blob_library_id_storage_id_sha256")),
    )
    with op.batch_alter_table("blob", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blob_storage_id"), ["storage_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", types.Words(), nullable=True),
        sa.Column("description", types.Words(), nullable=True),
        sa.Column("alt_text", types.Words(), nullable=True),
        sa.Column("filename", types.Words(), nullable=False),
        sa.Column("original_filename", types.Words(), nullable=True),
        sa.Column("extension", types.Words(), nullable=True),
        sa.Column("mime_type", types.Words(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", types.Words(), nullable=True),
        sa.Column("storage_id", types.Key(), nullable=True),
        sa.Column("blob_id", types.Key(), nullable=True),
        sa.Column("path", types.Words(), nullable=True),
        sa.Column("folder", types.Words(), nullable=False),
        sa.Column("source_url", types.Words(), nullable=True),
        sa.Column("file_modified_at", types.UtcTime(), nullable=True),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=False),
        sa.Column("taken_at", types.UtcTime(), nullable=False),
        sa.Column("trashed_at", types.UtcTime(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("is_favorite", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("altitude", sa.Double(), nullable=True),
        sa.Column("thumbhash", types.Words(), nullable=True),
        sa.Column("dominant_color", types.Words(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("has_alpha", sa.Boolean(), nullable=True),
        sa.Column("has_audio", sa.Boolean(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("is_animated", sa.Boolean(), nullable=True),
        sa.Column("page_count", sa.BigInteger(), nullable=True),
        sa.Column("phash", types.Words(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("rating BETWEEN 0 AND 5", name=op.f("ck_media_rating")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_media_size")),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_media_blob_id")),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["storage_id"], ["storage.id"], name=op.f("fk_media_storage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("storage_id", "path", name=op.f("uq_media_storage_id_path")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index("ix_media_blob", ["blob_id"], unique=False)
        batch_op.create_index("ix_media_created", ["library_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_filename", ["library_id", "filename", "id"], unique=False)
        batch_op.create_index("ix_media_folder", ["library_id", "folder", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_kind_created", ["library_id", "kind", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_mime_type", ["library_id", "mime_type", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_sha256", ["library_id", "sha256"], unique=False)
        batch_op.create_index("ix_media_size", ["library_id", "size", "id"], unique=False)
        batch_op.create_index("ix_media_status_created", ["library_id", "status", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_taken", ["library_id", "taken_at", "id"], unique=False)
        batch_op.create_index("ix_media_title", ["library_id", "title", "id"], unique=False)

    op.create_table(
        "collection_item",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("collection_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("position", types.Words(), nullable=False),
        sa.Column("added_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_collection_item_collection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_collection_item_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_collection_item_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "collection_id", name=op.f("pk_collection_item")),
        sa.UniqueConstraint("collection_id", "position", name=op.f("uq_collection_item_collection_id_position")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_collection_item_position", ["collection_id", "position", "media_id", "library_id"], unique=False
        )

    op.create_table(
        "media_metadata",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("extra", types.Json(), nullable=False),
        sa.Column("extracted_at", types.UtcTime(), nullable=True),
        sa.Column("album", types.Words(), nullable=True),
        sa.Column("altitude", sa.Double(), nullable=True),
        sa.Column("artist", types.Words(), nullable=True),
        sa.Column("audio_codec", types.Words(), nullable=True),
        sa.Column("author", types.Words(), nullable=True),
        sa.Column("bitrate", sa.BigInteger(), nullable=True),
        sa.Column("channels", sa.BigInteger(), nullable=True),
        sa.Column("chapters", types.Json(), nullable=True),
        sa.Column("codec", types.Words(), nullable=True),
        sa.Column("color_space", types.Words(), nullable=True),
        sa.Column("copyright", types.Words(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("exposure_time", sa.Double(), nullable=True),
        sa.Column("f_number", sa.Double(), nullable=True),
        sa.Column("flash_fired", sa.Boolean(), nullable=True),
        sa.Column("focal_length", sa.Double(), nullable=True),
        sa.Column("focal_length_35mm", sa.Double(), nullable=True),
        sa.Column("frame_rate", sa.Double(), nullable=True),
        sa.Column("genre", types.Words(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("is_encrypted", sa.Boolean(), nullable=True),
        sa.Column("iso", sa.BigInteger(), nullable=True),
        sa.Column("language", types.Words(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("lens", types.Words(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("make", types.Words(), nullable=True),
        sa.Column("model", types.Words(), nullable=True),
        sa.Column("orientation", sa.BigInteger(), nullable=True),
        sa.Column("page_count", sa.BigInteger(), nullable=True),
        sa.Column("sample_rate", sa.BigInteger(), nullable=True),
        sa.Column("software", types.Words(), nullable=True),
        sa.Column("streams", types.Json(), nullable=True),
        sa.Column("taken_at_local", types.Words(), nullable=True),
        sa.Column("title", types.Words(), nullable=True),
        sa.Column("track_number", sa.BigInteger(), nullable=True),
        sa.Column("utc_offset", types.Words(), nullable=True),
        sa.Column("video_codec", types.Words(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("word_count", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_metadata_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_metadata_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_media_metadata")),
    )
    with op.batch_alter_table("media_metadata", schema=None) as batch_op:
        batch_op.create_index("ix_media_metadata_album", ["library_id", "album", "media_id"], unique=False)
        batch_op.create_index("ix_media_metadata_artist", ["library_id", "artist", "media_id"], unique=False)
        batch_op.create_index("ix_media_metadata_genre", ["library_id", "genre", "media_id"], unique=False)
        batch_op.create_index("ix_media_metadata_title", ["library_id", "title", "media_id"], unique=False)

    op.create_table(
        "media_tag",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("tag_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("tagged_at", types.UtcTime(), nullable=False),
        sa.Column("media_created_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_tag_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_tag_media_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_media_tag_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "tag_id", name=op.f("pk_media_tag")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("media_tag", schema=None) as batch_op:
        batch_op.create_index("ix_media_tag_tag", ["tag_id", "media_created_at", "media_id", "library_id"], unique=False)

    op.create_table(
        "media_text",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("text", types.Words(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_text_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_text_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_media_text")),
    )
    op.create_table(
        "metadata_entry",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("namespace", types.Words(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("value", types.Json(), nullable=True),
        sa.Column("text", types.Words(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("updated_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_metadata_entry_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_metadata_entry_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metadata_entry")),
        sa.UniqueConstraint("media_id", "namespace", "key", name=op.f("uq_metadata_entry_media_id_namespace_key")),
    )
    with op.batch_alter_table("metadata_entry", schema=None) as batch_op:
        batch_op.create_index("ix_metadata_entry_key", ["library_id", "namespace", "key", "media_id"], unique=False)

    op.create_table(
        "processing_run",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("processor", types.Words(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_code", types.Words(), nullable=True),
        sa.Column("error_message", types.Words(), nullable=True),
        sa.Column("error_retryable", sa.Boolean(), nullable=True),
        sa.Column("started_at", types.UtcTime(), nullable=True),
        sa.Column("finished_at", types.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_processing_run_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_processing_run_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("media_id", "processor", name=op.f("pk_processing_run")),
    )
    with op.batch_alter_table("processing_run", schema=None) as batch_op:
        batch_op.create_index("ix_processing_run_state", ["library_id", "state", "media_id"], unique=False)

    op.create_table(
        "rendition",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("storage_id", types.Key(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("mime_type", types.Words(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", types.Words(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_rendition_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_rendition_media_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["storage_id"], ["storage.id"], name=op.f("fk_rendition_storage_id")),
        sa.PrimaryKeyConstraint("media_id", "name", name=op.f("pk_rendition")),
    )


def downgrade() -> None:
    op.drop_table("rendition")
    with op.batch_alter_table("processing_run", schema=None) as batch_op:
        batch_op.drop_index("ix_processing_run_state")

    op.drop_table("processing_run")
    with op.batch_alter_table("metadata_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_metadata_entry_key")

    op.drop_table("metadata_entry")
    op.drop_table("media_text")
    with op.batch_alter_table("media_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_media_tag_tag")

    op.drop_table("media_tag")
    with op.batch_alter_table("media_metadata", schema=None) as batch_op:
        batch_op.drop_index("ix_media_metadata_title")
        batch_op.drop_index("ix_media_metadata_genre")
        batch_op.drop_index("ix_media_metadata_artist")
        batch_op.drop_index("ix_media_metadata_album")

    op.drop_table("media_metadata")
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.drop_index("ix_collection_item_position")

    op.drop_table("collection_item")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index("ix_media_title")
        batch_op.drop_index("ix_media_taken")
        batch_op.drop_index("ix_media_status_created")
        batch_op.drop_index("ix_media_size")
        batch_op.drop_index("ix_media_sha256")
        batch_op.drop_index("ix_media_mime_type")
        batch_op.drop_index("ix_media_kind_created")
        batch_op.drop_index("ix_media_folder")
        batch_op.drop_index("ix_media_filename")
        batch_op.drop_index("ix_media_created")
        batch_op.drop_index("ix_media_blob")

    op.drop_table("media")
    with op.batch_alter_table("blob", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blob_storage_id"))

    op.drop_table("blob")
    op.drop_table("tag")
    op.drop_table("storage")
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_collection_root_name", sqlite_where=sa.text("parent_id IS NULL"), postgresql_where=sa.text("parent_id IS NULL")
        )
        batch_op.drop_index("ix_collection_parent")

    op.drop_table("collection")
    op.drop_table("library")
