"""Every feature that answers a relation: importing one is what registers it."""

from persistence import collection, library, media, metadata, processing, tag

__all__ = ["collection", "library", "media", "metadata", "processing", "tag"]
