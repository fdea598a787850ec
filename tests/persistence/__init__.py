"""Facts about mediagraph."""
