"""The rows of the role table for the network's side of the census: its members read, who coordinates acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.registry.roles import Who

READ = (
    "home", "board", "verify", "file", "totals", "years", "difference", "return", "attachment", "questionnaires",
)  # fmt: skip
FORMS = (
    "open", "reminders", "freeze", "indicator_add", "indicator", "rule_add", "rule", "enter_return", "enter_table",
    "enter_file", "enter_sign", "enter_import",
)  # fmt: skip
READ_TO_ACT = ("enter_file_content", "enter_paper", "enter_import_model")
DEEDS = (
    "send_back", "validate", "undo", "extend", "remind", "called", "questionnaire_add", "questionnaire_remove",
    "indicator_remove", "indicator_move", "rule_remove", "enter_detach", "enter_take_back", "enter_fill_again",
    "enter_import_write",
)  # fmt: skip


def of_the_census(*, network: Who, coordinator: Who) -> dict[str, dict[str, Who]]:
    rows: dict[str, dict[str, Who]] = {}
    rows |= {name: {"GET": network} for name in READ}
    rows |= {name: {"GET": coordinator, "POST": coordinator} for name in FORMS}
    rows |= {name: {"GET": coordinator} for name in READ_TO_ACT}
    rows |= {name: {"POST": coordinator} for name in DEEDS}
    rows["questionnaire"] = {"GET": network, "POST": coordinator}
    return {f"editions:{name}": row for name, row in rows.items()}
