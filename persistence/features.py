"""Every feature that answers a relation: importing one is what registers it."""

from persistence import collection, highlight, library, media, metadata, processing, suggestion, tag, usage

__all__ = ["collection", "highlight", "library", "media", "metadata", "processing", "suggestion", "tag", "usage"]
