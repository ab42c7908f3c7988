"""Where boxes may connect to: which names, and which addresses those names may turn out to have."""

import ipaddress
import os
from collections.abc import Mapping
from typing import Protocol

REGISTRIES = (
    "pypi.org files.pythonhosted.org deb.debian.org security.debian.org archive.ubuntu.com security.ubuntu.com "
    "ports.ubuntu.com registry.npmjs.org"
)
MAIL_PORTS = {25, 465, 587}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public by the registers, but answered by the machine's own cloud.
_CLOUD_ADDRESSES = {ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("192.0.0.192")}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_TRANSLATED_LOCALLY = ipaddress.ip_network("64:ff9b:1::/48")


class Policy(Protocol):
    def refuses_host(self, host: str, port: int) -> str:
        """Why, as a sentence, or ""."""

    def refuses_address(self, address: str) -> str: ...


class Registries:
    """Package registries, by name. They may be mirrors on the local network, but never this host itself."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self.hosts = hosts

    def refuses_host(self, host: str, port: int) -> str:
        if host in self.hosts:
            return ""
        return f"Machines here may reach only these hosts: {', '.join(sorted(self.hosts))}."

    def refuses_address(self, address: str) -> str:
        for meant in meanings(address):
            if meant.is_loopback or meant.is_link_local or meant.is_unspecified or meant.is_multicast:
                return "That name leads to this host itself."
        return ""


class Outward:
    """The public Internet, and nothing that only this host or its network can reach. No mail is sent."""

    def refuses_host(self, host: str, port: int) -> str:
        return "Machines may not send mail." if port in MAIL_PORTS else ""

    def refuses_address(self, address: str) -> str:
        for meant in meanings(address):
            if not meant.is_global or meant.is_multicast or meant in _CLOUD_ADDRESSES:
                return "Machines may reach public addresses only."
        return ""


def meanings(address: str) -> list[Address]:
    """The address and each older one that it carries inside: mapped, translated or tunnelled IPv4."""
    outer = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(outer, ipaddress.IPv4Address):
        return [outer]
    if outer.ipv4_mapped:  # it is that address, and nothing else
        return [outer.ipv4_mapped]
    inside: list[Address | None] = [outer.sixtofour]
    if outer.teredo:
        inside += outer.teredo
    if outer in _TRANSLATED or outer in _TRANSLATED_LOCALLY or int(outer) >> 32 == 0:
        inside.append(ipaddress.IPv4Address(int(outer) & 0xFFFF_FFFF))
    return [outer, *(address for address in inside if address is not None)]


def policies(environment: Mapping[str, str] = os.environ) -> dict[str, Policy]:
    hosts = environment.get("TOMONI_REGISTRY_HOSTS", REGISTRIES).replace(",", " ").lower().split()
    return {"registries": Registries(frozenset(hosts)), "outward": Outward()}
