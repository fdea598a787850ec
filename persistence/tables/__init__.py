"""Every table. A column is named as the field it holds; every table has `library_id`.

What a media type adds to media and to metadata is not written here: its entity's fields are the columns.
"""

from persistence.counters import keep
from persistence.tables.collection import collection_closure_table, collection_item_table, collection_table
from persistence.tables.duplicate import duplicate_dismissal_table, media_band_table, media_likeness_table
from persistence.tables.library import answer_table, blob_table, change_table, leftover_table, library_table, storage_table
from persistence.tables.media import (
    media_metadata_table,
    media_table,
    media_tally_table,
    media_text_table,
    media_usage_table,
    metadata_entry_table,
    processing_run_table,
    rendition_table,
)
from persistence.tables.naming import schema
from persistence.tables.search import media_search_seq, media_search_table
from persistence.tables.tag import (
    media_tag_table,
    tag_alias_table,
    tag_closure_table,
    tag_implication_table,
    tag_key_table,
    tag_table,
)

keep(schema)
__all__ = [
    "answer_table",
    "blob_table",
    "change_table",
    "collection_closure_table",
    "collection_item_table",
    "collection_table",
    "duplicate_dismissal_table",
    "leftover_table",
    "library_table",
    "media_band_table",
    "media_likeness_table",
    "media_metadata_table",
    "media_search_seq",
    "media_search_table",
    "media_table",
    "media_tag_table",
    "media_tally_table",
    "media_text_table",
    "media_usage_table",
    "metadata_entry_table",
    "processing_run_table",
    "rendition_table",
    "schema",
    "storage_table",
    "tag_alias_table",
    "tag_closure_table",
    "tag_implication_table",
    "tag_key_table",
    "tag_table",
]
