"""What a media library is, without a web framework or a database."""

from domain.access import Principal
from domain.collection import Collection, CollectionItem, CollectionKind
from domain.duplicate import DuplicateGroup, DuplicateKind, DuplicateMember, DuplicatePolicy
from domain.ids import NOBODY, Id, from_global_id, global_id, key_of, new_id
from domain.library import DEFAULT_LIBRARY, Library
from domain.media import Blob, Media, MediaKind, MediaStatus, Rendition, aspect_ratio
from domain.metadata import Chapter, MediaMetadata, MediaStream, MediaText, MetadataEntry, MetadataSource, StreamKind, ValueType
from domain.processing import Extraction, ProcessingOperation, ProcessingRun, Processor, RunState
from domain.storage import StorageInfo
from domain.summary import KindCount, MediaAggregate
from domain.tag import MediaTag, Tag
from domain.usage import InUsePolicy, MediaUsage

__all__ = [
    "DEFAULT_LIBRARY", "NOBODY", "Blob", "Chapter", "Collection", "CollectionItem", "CollectionKind", "DuplicateGroup",
    "DuplicateKind", "DuplicateMember", "DuplicatePolicy", "Extraction", "Id",
    "InUsePolicy", "KindCount", "Library", "Media", "MediaAggregate", "MediaKind", "MediaMetadata", "MediaStatus",
    "MediaStream", "MediaTag", "MediaText", "MediaUsage", "MetadataEntry", "MetadataSource", "Principal", "ProcessingOperation",
    "ProcessingRun", "Processor", "Rendition", "RunState", "StorageInfo", "StreamKind", "Tag", "ValueType", "aspect_ratio",
    "from_global_id", "global_id", "key_of", "new_id",
]  # fmt: skip
