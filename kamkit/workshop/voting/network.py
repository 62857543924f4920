"""Addresses: where this machine is found in the room, and which hosts and origins are ours."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from kamkit.errors import KamkitError, ParameterError

__all__ = ["LOOPBACK", "Addresses", "listening_sockets", "room_address"]

LOOPBACK = "127.0.0.1"
_ELSEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Addresses:
    """Where the pages are: the facilitator's on this machine, the voters' there or in the room."""

    port: int
    room: str = ""

    @property
    def own(self) -> str:
        """Origin on this machine."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def voters(self) -> str:
        """Origin that voters open."""
        return f"http://{self.room or LOOPBACK}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """Host headers that are answered; any other is a page of somebody else's."""
        names = {LOOPBACK, "localhost", *([self.room] if self.room else [])}
        return frozenset(f"{name}:{self.port}" for name in names)

    @property
    def own_hosts(self) -> frozenset[str]:
        """Host headers of this machine alone."""
        return frozenset(f"{name}:{self.port}" for name in (LOOPBACK, "localhost"))


def room_address(given: str = "") -> str:
    """This machine's address in the room's network; no packet is sent to find it.

    Raises
    ------
    ParameterError
        The address given is none of an IPv4 network.
    KamkitError
        There is no network.
    """
    if given:
        return _checked(given)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            found = probe.getsockname()[0]
        except OSError:
            found = LOOPBACK
    if ipaddress.ip_address(found).is_loopback:
        raise KamkitError(
            "this machine has no address in a network", where="--lan",
            remedy="join the room's network, or give the address with --address",
        )  # fmt: skip
    return found


def _checked(given: str) -> str:
    try:
        address = ipaddress.IPv4Address(given)
    except ValueError as error:
        raise ParameterError(
            f"{given!r} is no address", where="--address", allowed="such as 192.168.1.20"
        ) from error
    if address.is_unspecified or address.is_multicast:
        raise ParameterError(f"{given} is no machine's address", where="--address")
    return str(address)


def listening_sockets(addresses: Addresses) -> list[socket.socket]:
    """Sockets on this machine and, where voters come from the room, on that address; on no other.

    Raises
    ------
    KamkitError
        The port is taken, or the address is not this machine's.
    """
    opened: list[socket.socket] = []
    try:
        for host in dict.fromkeys([LOOPBACK, addresses.room or LOOPBACK]):
            opened.append(_listen(host, addresses.port))
    except OSError as error:
        for one in opened:
            one.close()
        raise KamkitError(
            f"the port {addresses.port} can't be used: {error.strerror or error}", where=addresses.voters,
            remedy="stop what uses it, or choose another with --port and print the code again",
        ) from error  # fmt: skip
    return opened


def _listen(host: str, port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))
        one.listen(128)
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one
