"""A typed, ordered registry: the one way in which an app offers something to the ground."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Offer(Protocol):
    """What every offer has: a key that is unique in its registry and a place in the order."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Offer)


class Registry(Generic[T]):
    """Offers of one type, kept in their order (then by key).

    A wrong type raises TypeError and a key used twice raises ValueError when the offer is added,
    that is at start; an unknown key raises KeyError.
    """

    def __init__(self, offer_type: type[T]) -> None:
        self._type = offer_type
        self._offers: dict[str, T] = {}

    def add(self, offer: T) -> T:
        """Register `offer` and return it."""
        if not isinstance(offer, self._type):
            raise TypeError(f"{offer!r} is not a {self._type.__name__}")
        if offer.key in self._offers:
            raise ValueError(f"{self._type.__name__} {offer.key!r} is offered twice")
        self._offers[offer.key] = offer
        return offer

    def __getitem__(self, key: str) -> T:
        return self._offers[key]

    def __contains__(self, key: object) -> bool:
        return key in self._offers

    def __len__(self) -> int:
        return len(self._offers)

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._offers.values(), key=lambda offer: (offer.order, offer.key)))
