"""Which names and addresses a policy lets a box reach."""

import pytest

from runtimes.machines.policies import Outward, Registries, policies

PRIVATE = """
127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200
192.0.0.192 168.63.129.16 224.0.0.1 239.1.1.1 255.255.255.255 198.18.0.1 203.0.113.9 240.0.0.1
::1 :: fe80::1 fe80::1%lo fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::127.0.0.1 ::10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:7f00:1::1
2002:a00:1::1 2001:0:a00:1::1
"""
PUBLIC = "1.1.1.1 8.8.8.8 172.32.0.1 2606:4700:4700::1111 ::ffff:1.1.1.1 64:ff9b::808:808"
LOCAL = "127.0.0.1 127.9.9.9 0.0.0.0 169.254.169.254 ::1 :: fe80::1 ::ffff:127.0.0.1 ::ffff:169.254.1.1 64:ff9b::7f00:1"


@pytest.mark.parametrize("address", PRIVATE.split())
def test_p82_outward_leads_to_no_private_address(address: str) -> None:
    assert Outward().refuses_address(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_outward_leads_to_public_addresses(address: str) -> None:
    assert Outward().refuses_address(address) == ""


@pytest.mark.parametrize("port", [25, 465, 587])
def test_outward_sends_no_mail(port: int) -> None:
    assert Outward().refuses_host("mail.example.org", port)


@pytest.mark.parametrize("host", ["example.org", "pypi.org.example.org", "evilpypi.org", "127.0.0.1", "localhost", ""])
def test_p82_registries_are_only_those_named(host: str) -> None:
    assert "pypi.org" in policies({})["registries"].refuses_host(host, 443)


@pytest.mark.parametrize("host", ["pypi.org", "files.pythonhosted.org", "deb.debian.org", "registry.npmjs.org"])
def test_registries_are_reached(host: str) -> None:
    assert policies({})["registries"].refuses_host(host, 443) == ""


@pytest.mark.parametrize("address", LOCAL.split())
def test_p82_a_registry_is_never_this_host(address: str) -> None:
    assert Registries(frozenset()).refuses_address(address)


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.3.3", "203.0.113.80", "fd00::7"])
def test_a_registry_may_be_a_mirror_nearby(address: str) -> None:
    assert Registries(frozenset()).refuses_address(address) == ""


def test_the_environment_names_other_registries() -> None:
    registries = policies({"TOMONI_REGISTRY_HOSTS": "Mirror.example, cran.example"})["registries"]
    assert registries.refuses_host("mirror.example", 443) == ""
    assert registries.refuses_host("pypi.org", 443)
