"""Sentry sees what the log sees: errors, in the same words. Off unless SENTRY_DSN is set.

An event is built anew from a list of what may leave: the kinds of the errors, the lines of code on the way to them,
the route, the request's id and the space. So what a new release of the SDK collects doesn't leave by itself.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport

from maillage.observability.context import address_of_schema, circumstances
from maillage.observability.log_lines import chain, harmless, message_of

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

KEPT = (
    "event_id", "timestamp", "platform", "level", "logger", "release", "environment", "server_name", "sdk",
)  # fmt: skip
# Lines of the source are code; the variables of a frame would be content.
KEPT_OF_A_FRAME = (
    "filename", "abs_path", "function", "module", "lineno", "pre_context", "context_line", "post_context", "in_app",
)  # fmt: skip
KEPT_OF_AN_ERROR = ("type", "module")


def start(transport: type[Transport] | Transport | None = None) -> None:
    """Send errors to SENTRY_DSN. Only what is logged is sent: no integration looks into requests or queries."""
    if not settings.SENTRY_DSN:
        return
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        release=settings.SENTRY_RELEASE or None,
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=event_of,
        before_send_transaction=lambda event, hint: None,
        before_breadcrumb=lambda crumb, hint: None,
        max_breadcrumbs=0,
        include_local_variables=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        enable_logs=False,
        enable_metrics=False,
        trace_propagation_targets=[],
        spotlight=False,
    )


def event_of(event: Event, hint: Hint) -> Event:
    """The same error, of which only what is on the lists above is left."""
    given: dict[str, Any] = dict(event)
    error = (hint.get("exc_info") or (None, None, None))[1]
    around = circumstances(error)
    federation, _, epn = address_of_schema(around.space).partition("/")
    tags = {**around.said(), "kind": around.kind, "federation": federation, "epn": epn}
    kept: dict[str, Any] = {name: given[name] for name in KEPT if name in given}
    kept["tags"] = {name: value for name, value in tags.items() if value}
    if around.route:
        kept["transaction"] = around.route
    record = hint.get("log_record")
    if record is not None:
        kept["logentry"] = {"message": message_of(record)}
    values = (given.get("exception") or {}).get("values") or []
    if values:
        kept["exception"] = {"values": [_error_of(one, error) for one in values]}
    return kept  # type: ignore[return-value]


def _error_of(value: dict[str, Any], error: BaseException | None) -> dict[str, Any]:
    kept = {name: value[name] for name in KEPT_OF_AN_ERROR if value.get(name)}
    same = (one for one in chain(error) if type(one).__qualname__ == value.get("type"))
    kept["value"] = next((harmless(one) for one in same), "")
    mechanism = value.get("mechanism") or {}
    kept["mechanism"] = {name: mechanism[name] for name in ("type", "handled") if name in mechanism}
    frames = (value.get("stacktrace") or {}).get("frames") or []
    kept["stacktrace"] = {
        "frames": [{name: frame[name] for name in KEPT_OF_A_FRAME if name in frame} for frame in frames]
    }
    return kept
