"""Renders nginx's configuration from its template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
PROBLEMS = {
    400: ("bad_request", "The request could not be read"),
    404: ("not_found", "There is nothing at this address"),
    405: ("method_not_allowed", "This address does not take that method"),
    413: ("payload_too_large", "The request is larger than this address takes"),
    414: ("address_too_long", "The address is longer than any of ours"),
    429: ("rate_limited", "Too many requests from this address"),
    501: ("not_implemented", "The request is sent in a way that is not known here"),
    503: ("overloaded", "The service does not answer right now"),
    505: ("version_not_supported", "The request speaks a version of HTTP that is not spoken here"),
}
"""Errors of the edge's own: status to code and title."""
PURGE_SECRET_MIN = 16


@dataclass(frozen=True)
class NginxConfig:
    """What differs from stack to stack. Addresses are host:port; `home` holds cache, temporary files and these files."""

    listen_port: int
    home: str
    s3_address: str
    s3_bucket: str
    write_api: str
    read_api: str
    purge_secret: str
    user: str | None
    locales: tuple[str, ...]
    ready_file: str
    limits: bool = False


class _Percent(Template):
    """Placeholders are %{name}: nginx's own variables keep their dollar sign."""

    delimiter = "%"
    idpattern = r"(?-i:[a-z0-9_]+)"


def render(config: NginxConfig) -> dict[str, str]:
    """File name to text, all for the folder `home`. Raises ValueError for a purge secret that could be guessed."""
    if len(config.purge_secret) < PURGE_SECRET_MIN:
        raise ValueError(f"the purge secret needs {PURGE_SECRET_MIN} characters; with an empty one anybody purges")
    values = {
        "user": f"user {config.user};" if config.user else "",
        "home": config.home,
        "listen_port": config.listen_port,
        "s3_address": config.s3_address,
        "s3_bucket": config.s3_bucket,
        "write_api": config.write_api,
        "read_api": config.read_api,
        "purge_secret": config.purge_secret,
        "locales": "|".join(config.locales),
        "default_locale": config.locales[0],
        "languages": _languages(config.locales),
        "ready_file": config.ready_file,
        "limit": "limit_req zone=address burst=200 nodelay;" if config.limits else "",
        "problems": _problems(),
        "problem_statuses": " ".join(map(str, PROBLEMS)),
    }
    texts = {path.name.removesuffix(".template"): path.read_text() for path in sorted(FOLDER.glob("*.conf*"))}
    scripts = {"edge.js": (FOLDER / "edge.js").read_text()}
    return {name: _Percent(text).substitute(values) for name, text in texts.items()} | scripts


def _languages(locales: tuple[str, ...]) -> str:
    seen: dict[str, str] = {}
    for locale in locales:
        seen.setdefault(locale.split("-")[0], locale)
    return "\n".join(f"        ~*^{language} {locale};" for language, locale in seen.items())


def _problems() -> str:
    codes = " ".join(f"{status} {code};" for status, (code, _) in PROBLEMS.items())
    titles = "\n".join(f'        {status} "{title}";' for status, (_, title) in PROBLEMS.items())
    return (
        f"    map $status $problem_code {{ default error; {codes} }}\n"
        f'    map $status $problem_title {{\n        default "The request was refused";\n{titles}\n    }}'
    )
