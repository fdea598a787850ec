"""Plans beside graphql-core: the same bytes, whatever is asked."""
