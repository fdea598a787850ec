"""The examples of extensions, as those who write one would see them."""
