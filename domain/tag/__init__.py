"""Tags: words that people, or processors, put on media."""

from domain.tag.editing import create_tag, update_tag
from domain.tag.merging import Merged, TagDeletePolicy, delete_tags, merge_tags
from domain.tag.tag import MOST_TAGS, MediaTag, Tag, TagRepository
from domain.tag.tagging import retag_media, tag_media, untag_media

__all__ = [
    "MOST_TAGS", "MediaTag", "Merged", "Tag", "TagDeletePolicy", "TagRepository", "create_tag", "delete_tags",
    "merge_tags", "retag_media", "tag_media", "untag_media", "update_tag",
]  # fmt: skip
