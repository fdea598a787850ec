"""Places on Earth, in degrees (WGS 84): boxes and circles, and how far two places are apart."""

from dataclasses import dataclass
from math import asin, cos, degrees, isfinite, radians, sin, sqrt

from domain.errors import Invalid

RADIUS = 6_371_008.8
"""Metres: the mean radius of the Earth (IUGG); what the haversine formula takes it for."""
POLE, DATE_LINE = 90.0, 180.0
NARROW = 0.01
"""Of the surface of the Earth: a box of less is found by its places, one of more among all media."""


@dataclass(frozen=True, slots=True)
class Box:
    """Between two latitudes and two longitudes; `west` above `east` lies across the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    @property
    def crosses(self) -> bool:
        return self.west > self.east

    @property
    def is_narrow(self) -> bool:
        width = (self.east - self.west) % 360 or 360.0 * (self.east != self.west)
        return width / 360 * (sin(radians(self.north)) - sin(radians(self.south))) / 2 < NARROW


@dataclass(frozen=True, slots=True)
class Circle:
    """All within so many metres of a place."""

    latitude: float
    longitude: float
    radius: float

    @property
    def box(self) -> Box:
        """A box that has all of the circle in it, and not much else."""
        angle = self.radius / RADIUS * (1 + 1e-9)
        high, wide = degrees(angle) + 1e-9, DATE_LINE
        if abs(self.latitude) + high < POLE:
            wide = degrees(asin(min(1.0, sin(angle) / cos(radians(self.latitude))))) + 1e-9
        south, north = max(self.latitude - high, -POLE), min(self.latitude + high, POLE)
        if wide >= DATE_LINE:
            return Box(south, -DATE_LINE, north, DATE_LINE)
        return Box(south, turned(self.longitude - wide), north, turned(self.longitude + wide))


def turned(longitude: float) -> float:
    """The same meridian between -180 and 180."""
    return longitude + 360 if longitude < -DATE_LINE else longitude - 360 if longitude > DATE_LINE else longitude


def distance(south: float, west: float, north: float, east: float) -> float:
    """Metres from one place to another over the surface, by the haversine formula."""
    high, wide = radians(north - south), radians(east - west)
    half = sin(high / 2) ** 2 + cos(radians(south)) * cos(radians(north)) * sin(wide / 2) ** 2
    return 2 * RADIUS * asin(sqrt(min(1.0, half)))


def box_of(south: float, west: float, north: float, east: float, *path: str) -> Box:
    """Raises Invalid for what lies nowhere on Earth, or has its north below its south."""
    check(south, west, *path)
    check(north, east, *path)
    if south > north:
        raise Invalid("The south of a box is not north of its north.", path=path)
    return Box(south, west, north, east)


def circle_of(latitude: float, longitude: float, radius: float, *path: str) -> Circle:
    """Raises Invalid for what lies nowhere on Earth, or is smaller than nothing."""
    check(latitude, longitude, *path)
    if not (isfinite(radius) and radius >= 0):
        raise Invalid("A radius is 0 metres or more.", path=path)
    return Circle(latitude, longitude, radius)


def check(latitude: float, longitude: float, *path: str) -> None:
    if not (-POLE <= latitude <= POLE and -DATE_LINE <= longitude <= DATE_LINE):
        raise Invalid("Latitudes are -90 to 90, longitudes -180 to 180.", path=path)
