"""Everything of a box's root file system except /usr: a small /etc and /var, made from the host's public parts."""

import platform
import shutil
from pathlib import Path

FROM_ETC = """
    X11 adduser.conf alternatives bash.bashrc bash_completion.d ca-certificates ca-certificates.conf debconf.conf
    debian_version default deluser.conf dpkg emacs fonts gai.conf glvnd gtk-2.0 gtk-3.0 host.conf inputrc issue
    java-17-openjdk java-21-openjdk ld.so.cache ld.so.conf ld.so.conf.d ldap locale.alias locale.gen login.defs magic
    magic.mime mime.types networks nsswitch.conf os-release pam.conf pam.d perl profile profile.d protocols python3
    rpc security services sgml shells skel ssl terminfo vim wgetrc xattr.conf xdg xml
"""
FROM_VAR_LIB = ("dpkg", "pam", "python", "sgml-base", "shells.state", "ucf", "xml-core")
FOLDERS = """
    boot content dev etc/apt/apt.conf.d etc/apt/preferences.d etc/apt/sources.list.d home media mnt opt/tomoni proc
    root/.config/matplotlib run srv sys tmp usr/local var/backups var/cache/apt/archives/partial var/cache/debconf
    var/lib/apt/lists/partial var/local var/log/apt var/mail var/opt var/spool var/tmp
"""
FILES = {
    "etc/hostname": "tomoni\n",
    "etc/hosts": "127.0.0.1 localhost tomoni\n::1 localhost ip6-localhost\n",
    "etc/resolv.conf": "# Names are resolved by the proxy at 127.0.0.1:3128.\n",
    "etc/machine-id": "",
    "etc/fstab": "",
    "etc/timezone": "Etc/UTC\n",
    # A question would wait for ever: a cell's commands have a terminal, and nobody sits at it.
    "etc/apt/apt.conf.d/90tomoni": (
        'APT::Install-Recommends "false";\nAcquire::Languages "none";\n'
        'APT::Get::Assume-Yes "true";\nAptitude::CmdLine::Assume-Yes "true";\n'
    ),
    # Japanese labels work without a line of code: what the usual font lacks comes from the next one.
    "root/.config/matplotlib/matplotlibrc": "font.family: sans-serif, IPAexGothic\n",
}
SECRETS = shutil.ignore_patterns("private", "*-", "*.lock")


class UnsuitableHost(Exception):
    """The host's file system is not laid out as a box needs it."""


def build_skeleton(root: Path, host: Path = Path("/")) -> None:
    for folder in FOLDERS.split():
        (root / folder).mkdir(parents=True, exist_ok=True)
    _link_into_usr(root, host)
    for name in FROM_ETC.split():
        _copy(host / "etc" / name, root / "etc" / name)
    for name in FROM_VAR_LIB:
        _copy(host / "var/lib" / name, root / "var/lib" / name)
    _write_accounts(root / "etc", host / "etc")
    for name, text in FILES.items():
        (root / name).write_text(text)
    (root / "etc/mtab").symlink_to("/proc/self/mounts")
    (root / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    (root / "var/run").symlink_to("/run")
    (root / "var/lock").symlink_to("/run")
    _write_sources(root / "etc/apt/sources.list.d", host / "etc/os-release")
    for folder, mode in (("tmp", 0o1777), ("var/tmp", 0o1777), ("root", 0o700)):
        (root / folder).chmod(mode)


def _link_into_usr(root: Path, host: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if (host / name).is_symlink():
            (root / name).symlink_to((host / name).readlink())
        elif (host / name).is_dir():
            raise UnsuitableHost(f"/{name} of this host is a folder of its own; boxes need a merged /usr.")


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink() or source.is_file():
        shutil.copy2(source, target, follow_symlinks=False)
    elif source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=SECRETS)


def _write_accounts(etc: Path, host_etc: Path) -> None:
    """Only the distribution's own accounts: who works on the host is nobody's business. None has a password."""
    passwd, names = _system_lines(host_etc / "passwd")
    group, groups = _system_lines(host_etc / "group")
    (etc / "passwd").write_text(passwd)
    (etc / "group").write_text(group)
    (etc / "shadow").write_text("".join(f"{name}:*:19000:0:99999:7:::\n" for name in names))
    (etc / "gshadow").write_text("".join(f"{name}:*::\n" for name in groups))
    for name in ("shadow", "gshadow"):
        (etc / name).chmod(0o640)


def _system_lines(source: Path) -> tuple[str, list[str]]:
    """The lines of the accounts below 1000 (and nobody), members and real names left out, and their names."""
    kept = []
    for line in source.read_text().splitlines():
        fields = line.split(":")
        if len(fields) > 3 and fields[2].isdigit() and (int(fields[2]) < 1000 or int(fields[2]) == 65534):
            fields[1] = "x"
            fields[-1] = fields[-1] if source.name == "passwd" else ""
            kept.append(fields)
    return "".join(":".join(fields) + "\n" for fields in kept), [fields[0] for fields in kept]


def _write_sources(folder: Path, os_release: Path) -> None:
    """The distribution's own archive. The host's list may hold passwords and mirrors that boxes cannot reach."""
    release = dict(line.split("=", 1) for line in os_release.read_text().splitlines() if "=" in line)
    codename = release.get("VERSION_CODENAME", "").strip('"')
    if not codename:
        return
    if release.get("ID") == "debian":
        _write_source(folder / "debian.sources", "http://deb.debian.org/debian", f"{codename} {codename}-updates")
        _write_source(folder / "security.sources", "http://deb.debian.org/debian-security", f"{codename}-security")
    elif release.get("ID") == "ubuntu":
        intel = platform.machine() == "x86_64"
        archive = "http://archive.ubuntu.com/ubuntu" if intel else "http://ports.ubuntu.com/ubuntu-ports"
        suites = f"{codename} {codename}-updates {codename}-security"
        _write_source(folder / "ubuntu.sources", archive, suites, components="main universe", keyring="ubuntu")


def _write_source(path: Path, address: str, suites: str, *, components: str = "main", keyring: str = "debian") -> None:
    path.write_text(
        f"Types: deb\nURIs: {address}\nSuites: {suites}\nComponents: {components}\n"
        f"Signed-By: /usr/share/keyrings/{keyring}-archive-keyring.gpg\n"
    )
