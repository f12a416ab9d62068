"""Bodies decoded straight into their Struct: strictly typed, unknown fields refused, faults with paths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request

from kernel.errors import ValidationFailed

_PATH = re.compile(r"^(.*) - at (?:`key` in )?`\$\.?(.*)`$", re.DOTALL)


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is of exactly the type its route asks for.

    The framework's own conversion takes "1" for 1; a price sent as text is the caller's fault, not a price.
    """

    async def body(self) -> bytes:
        """The body as sent. Raises what `json` raises first where one is asked for and none was sent."""
        body = await super().body()
        if not body and (field := self.route_handler.parsed_data_field) and not field.has_default:
            await self._before_refusing()
        return body

    async def json(self) -> Any:
        """The body as the Struct of the route's `data`.

        Raises `ValidationFailed`; before it whatever `state.before_refusing` raises: permission comes before form.
        """
        field = self.route_handler.parsed_data_field
        try:
            return decode(await self.body(), field.annotation if field else Any)
        except ValidationFailed:
            await self._before_refusing()
            raise

    async def _before_refusing(self) -> None:
        if check := getattr(self.state, "before_refusing", None):
            await check()


def decode(body: bytes, wanted: Any) -> Any:
    """Decode a body. Raises `ValidationFailed` naming the field at fault."""
    try:
        return _decoder(wanted).decode(body)
    except msgspec.ValidationError as error:
        found = _PATH.match(str(error))
        message, path = (found[1], found[2]) if found else (str(error), "")
        raise ValidationFailed.of(path, message) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValidationFailed("the body is not valid JSON") from error


@lru_cache(maxsize=256)
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)
