"""The library over GraphQL, HTTP and the command line."""
