"""Collections: media put together, in an order people chose, or by a rule."""

from domain.collection.editing import create_collection, delete_collections, update_collection
from domain.collection.entity import Collection, CollectionItem, CollectionKind, CollectionRepository, kind_of
from domain.collection.items import (
    LAST,
    Placement,
    add_to_collection,
    move_in_collection,
    recollect_media,
    remove_from_collection,
)  # fmt: skip
from domain.collection.smart import check_manual, check_named

__all__ = [
    "LAST", "Collection", "CollectionItem", "CollectionKind", "CollectionRepository", "Placement", "add_to_collection",
    "check_manual", "check_named", "create_collection", "delete_collections", "kind_of", "move_in_collection", "recollect_media",
    "remove_from_collection", "update_collection",
]  # fmt: skip
