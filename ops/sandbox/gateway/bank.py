"""The page of the buyer's bank: approve or refuse, then back to the shop by a form, as banks do."""

from __future__ import annotations

import secrets
from decimal import Decimal
from html import escape
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from kernel.money import digits
from ops.sandbox.gateway.objects import Intent

_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "button{font:inherit;padding:.75rem 1.5rem;margin:.5rem .5rem .5rem 0;border:2px solid #1a1a1a;border-radius:.25rem;"
    "background:#fff;color:#1a1a1a;cursor:pointer}button.yes{background:#14532d;border-color:#14532d;color:#fff}"
    "button:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}"
)

_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style nonce="{nonce}">{style}</style></head>
<body><main><h1>{title}</h1>
{content}
</main></body>
</html>
"""

_QUESTION: Final = """<p>The shop asks for <strong>{amount}</strong>. This is a rehearsal: no money moves.</p>
<form method="post" action="/3ds/{id}?secret={secret}">
<button class="yes" name="answer" value="approve">Approve</button>
<button name="answer" value="refuse">Refuse</button>
</form>"""

_RETURN: Final = """<p>The payment was {word}. You are being taken back to the shop.</p>
<form method="post" action="{url}">
<input type="hidden" name="payment_intent" value="{id}">
<input type="hidden" name="payment_intent_client_secret" value="{client_secret}">
<input type="hidden" name="redirect_status" value="{status}">
<button class="yes">Back to the shop</button>
</form>
<script nonce="{nonce}">document.forms[0].submit()</script>"""


def question(intent: Intent) -> web.Response:
    """The question, as a form with two buttons."""
    currency = intent.currency.upper()
    places = digits(currency)
    amount = f"{Decimal(intent.amount).scaleb(-places):,.{places}f} {currency}"
    content = _QUESTION.format(amount=amount, id=intent.id, secret=escape(intent.secret))
    return _page("Confirm your payment", content, "'self'", secrets.token_urlsafe(16))


def way_back(intent: Intent) -> web.Response:
    """The form that brings the buyer back; it sends itself where scripts run."""
    nonce = secrets.token_urlsafe(16)
    content = _RETURN.format(
        word="approved" if intent.captured else "refused",
        url=escape(intent.return_url),
        id=intent.id,
        client_secret=escape(intent.client_secret),
        status="succeeded" if intent.captured else "failed",
        nonce=nonce,
    )
    shop = urlsplit(intent.return_url)
    return _page("Thank you", content, f"{shop.scheme}://{shop.netloc}", nonce)


def _page(title: str, content: str, form_action: str, nonce: str) -> web.Response:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        f"form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    )
    return web.Response(
        text=_PAGE.format(title=title, style=_STYLE, nonce=nonce, content=content),
        content_type="text/html",
        headers={"content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer"},
    )
