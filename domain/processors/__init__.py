"""Processor strategies: one file each, and the sandbox they run in.

The strategies import their codecs inside functions: the server imports these modules to know which processors there are,
and only the template process of the sandbox ever loads a decoder.
"""

from importlib import import_module

BUILT_IN: tuple[str, ...] = (
    "domain.processors.image",
    "domain.processors.look",
    "domain.processors.audio",
    "domain.processors.video",
    "domain.processors.document",
    "domain.processors.thumbnail",
)
"""The modules whose import registers the processors that come with mediagraph."""


def register_built_in() -> None:
    """Fills PROCESSORS with the strategies that come with mediagraph; doing it twice changes nothing."""
    for name in BUILT_IN:
        import_module(name)
