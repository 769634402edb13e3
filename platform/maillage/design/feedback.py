"""Messages after an action, with a way back."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo="


def success_with_undo(request: HttpRequest, text: str, undo_url: str) -> None:
    """Say what was done, with a button that POSTs to `undo_url`: a path of ours, never one that was typed."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}")


def undo_url_of(message: Message) -> str:
    for tag in (message.extra_tags or "").split(" "):
        if tag.startswith(UNDO):
            return tag.removeprefix(UNDO)
    return ""
