"""Every feature that answers a relation: importing one is what registers it."""

from persistence import changelog, collection, highlight, library, media, metadata, processing, results, suggestion, tag, usage

__all__ = [
    "changelog", "collection", "highlight", "library", "media", "metadata", "processing", "results", "suggestion", "tag", "usage",
]  # fmt: skip
