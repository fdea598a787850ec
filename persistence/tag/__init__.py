"""Tag rows, their tree, and which media wear them."""

from persistence.tag.reading import TAG
from persistence.tag.repository import SqlTagRepository

__all__ = ["TAG", "SqlTagRepository"]
