"""What a catalog of products is, without a web framework or a database."""
