"""Where lines go: one handler, on stderr, whose formatters write no content. Used by Django and by gunicorn."""

from __future__ import annotations

from typing import Any


def log_settings(env: Any) -> dict[str, Any]:
    """LOG_FORMAT is `json` or `line`; LOG_LEVEL a level of Python's. A production writes JSON from INFO on."""
    production = env.str("MAILLAGE_ENV", "demo") == "production"
    form = env.str("LOG_FORMAT", "json" if production else "line")
    level = env.str("LOG_LEVEL", "INFO" if production else "WARNING").upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "class": "maillage.observability.log_lines.ContentFreeFormatter",
                "format": "{asctime} {levelname} {name} {message}{where}",
                "style": "{",
            },
            "json": {"()": "maillage.observability.log_lines.JsonLines", "json_ensure_ascii": False},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # A refused page is an answer, not an event: it stands in the access log.
            "django.request": {"level": "ERROR"},
            # Their own handlers would write their own lines.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }
