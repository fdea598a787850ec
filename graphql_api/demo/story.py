"""What people would have done with the demo's files: tags and collections by path pattern, pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTag:
    """A tag, and the files that wear it: shell patterns over the path below the demo's folder. The tags that it lies below or
    implies come before it.
    """

    name: str
    color: str
    description: str
    category: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCollection:
    """A collection, the name of the one it lies in, and its files in their order; parents come before children. One with `wearing`
    is SMART: it holds the media that wear this tag or one below it, in the order in which they were taken.
    """

    name: str
    description: str
    parent: str | None = None
    files: tuple[str, ...] = ()
    cover: str | None = None
    wearing: str | None = None


TAGS = (
    DemoTag(name="Europe", color="#1d3557", description="Anywhere in Europe.", category="Place"),
    DemoTag(name="Asia", color="#c1121f", description="Anywhere in Asia.", category="Place", aliases=("Far East",)),
    DemoTag(name="Africa", color="#7f4f24", description="Anywhere in Africa.", category="Place"),
    DemoTag(name="Outdoors", color="#606c38", description="Under the open sky.", category="Subject", aliases=("Outside",)),
    DemoTag(name="Portugal", color="#2a9d8f", description="Taken in Portugal.", category="Place", parent="Europe",
            files=("Pictures/2025/Lisbon/*", "Videos/sailing.mp4")),
    DemoTag(name="Japan", color="#e63946", description="Taken in Japan.", category="Place", parent="Asia", aliases=("Nippon",),
            files=("Pictures/2025/Kyoto/*", "Videos/lanterns.mp4")),
    DemoTag(name="Iceland", color="#457b9d", description="Taken in Iceland.", category="Place", parent="Europe",
            files=("Pictures/2025/Reykjavik/*", "Documents/packing-list.md")),
    DemoTag(name="Kenya", color="#bc6c25", description="Taken in Kenya.", category="Place", parent="Africa",
            files=("Pictures/2024/Nairobi/*", "Documents/letter-from-nairobi.txt")),
    DemoTag(name="Sunset", color="#f4a261", description="The hour before the dark.", category="Light", aliases=("Dusk", "Golden hour"),
            files=("*/bridge-at-sunset.jpg", "*/acacias.jpg", "Videos/sailing.mp4", "*/dunes.jpg")),
    DemoTag(name="Night", color="#3d405b", description="After sunset.", category="Light", aliases=("After dark",),
            files=("*/northern-lights.jpg", "*/city-at-night.jpg", "Videos/lanterns.mp4")),
    DemoTag(name="Water", color="#0096c7", description="Rivers, lakes and the sea.", category="Subject", aliases=("Sea", "River"),
            implies=("Outdoors",),
            files=("*/bridge-at-sunset.jpg", "*/gate-in-the-mist.jpg", "*/lighthouse.jpg", "*/northern-lights.jpg", "Videos/sailing.mp4")),
    DemoTag(name="Architecture", color="#8d99ae", description="What people built.", category="Subject",
            files=("*/alfama-roofs.jpg", "*/bridge-at-sunset.jpg", "*/city-at-night.jpg", "*/lighthouse.jpg", "*/gate-in-the-mist.jpg")),
    DemoTag(name="Nature", color="#588157", description="What grew by itself.", category="Subject",
            files=("*/flowers.jpg", "*/bamboo-grove.jpg", "*/acacias.jpg", "*/dunes.jpg")),
    DemoTag(name="Abstract", color="#9b5de5", description="Colours and shapes.", category="Subject", files=("Pictures/Art/*",)),
    DemoTag(name="Favourite", color="#ffb703", description="The ones to show first.",
            files=("*/northern-lights.jpg", "*/gate-in-the-mist.jpg", "*/acacias.jpg", "*/01 First Light.mp3")),
    DemoTag(name="Instrumental", color="#7f5539", description="Music without words.", category="Music", files=("Music/*",)),
)  # fmt: skip

COLLECTIONS = (
    DemoCollection(name="Travels", description="Everywhere we have been.", cover="*/gate-in-the-mist.jpg"),
    DemoCollection(name="Lisbon", description="Four days in May.", parent="Travels", cover="*/bridge-at-sunset.jpg",
                   files=("Pictures/2025/Lisbon/*", "Videos/sailing.mp4")),
    DemoCollection(name="Kyoto", description="Autumn leaves and early mornings.", parent="Travels",
                   files=("Pictures/2025/Kyoto/*", "Videos/lanterns.mp4")),
    DemoCollection(name="Reykjavik", description="A weekend of cold fingers.", parent="Travels", cover="*/northern-lights.jpg",
                   files=("*/northern-lights.jpg", "*/lighthouse.jpg", "Documents/packing-list.md")),
    DemoCollection(name="Nairobi", description="Dry season.", parent="Travels",
                   files=("Pictures/2024/Nairobi/*", "Documents/letter-from-nairobi.txt")),
    DemoCollection(name="Best of light", description="For the wall, in this order.",
                   files=("*/northern-lights.jpg", "*/acacias.jpg", "*/gate-in-the-mist.jpg", "*/bridge-at-sunset.jpg",
                          "Documents/field-guide-to-light.pdf")),
    DemoCollection(name="Music", description="Two records, four songs."),
    DemoCollection(name="Small Hours", description="The Paper Boats, 2024.", parent="Music", files=("Music/Small Hours/*",)),
    DemoCollection(name="Long Shadows", description="Quiet Harbour, 2025.", parent="Music", files=("Music/Long Shadows/*",)),
    DemoCollection(name="Studies", description="Shapes made at the desk.", files=("Pictures/Art/*", "*/flowers.jpg")),
    DemoCollection(name="All of Europe", description="Whatever was tagged there, and will be.", parent="Travels", wearing="Europe",
                   cover="*/alfama-roofs.jpg"),
    DemoCollection(name="After dark", description="The nights, as they come.", wearing="Night"),
)  # fmt: skip
