"""What the house promises about its own code, checked on the code: folders, layers, templates, words, habits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Choices, Model
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise

from maillage.reference.models import ContractType, Term
from tests.conftest import Cast

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("platform/maillage", "tenants", "network", "api")
LONGEST_FILE = 400
LONGEST_TEST = 550  # cases side by side are read one at a time


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    return tuple(sorted(path for folder in folders or PACKAGES for path in (ROOT / folder).rglob("*.py")))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file()))


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(pattern: str, files: Iterable[Path]) -> dict[str, list[str]]:
    """The lines that match, by file."""
    matches: dict[str, list[str]] = {}
    for path in files:
        if not re.search(pattern, text_of(path), re.MULTILINE):  # most files, looked through at once
            continue
        lines = [line.strip() for line in text_of(path).splitlines() if re.search(pattern, line)]
        if lines:
            matches[name(path)] = lines
    return matches


@cache
def calls(path: Path) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with its dotted name, as far as it has one: `Visit.objects.create`."""
    return tuple((node, ast.unparse(node.func)) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


# --- Layout -------------------------------------------------------------------------------------------------


def test_platform_is_a_source_root_and_never_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert [path.name for path in (ROOT / "platform").iterdir() if path.suffix == ".py"] == []
    assert list((ROOT / "platform").rglob("test_*.py")) == []


def test_no_drawers() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}

    assert [name(path) for path in python_files(*PACKAGES, "tests") if drawers & {path.stem, path.parent.name}] == []


def test_no_file_is_too_long_for_the_head() -> None:
    limits = dict.fromkeys([*python_files(), *templates()], LONGEST_FILE)
    limits |= dict.fromkeys(python_files("tests"), LONGEST_TEST)

    lengths = {path: len(text_of(path).splitlines()) for path in limits}
    assert {name(path): lines for path, lines in lengths.items() if lines > limits[path]} == {}


def test_no_print_no_leftover_and_no_silent_except() -> None:
    files = python_files()

    assert found(r"\b(TODO|FIXME|XXX|HACK)\b", [*files, *templates()]) == {}
    assert found(r"\b(breakpoint|pdb\.set_trace)\(", files) == {}
    silent = [
        f"{name(path)}:{node.lineno}"
        for path in files
        if re.search(r"\bexcept\b\s*(:|\*|.*\bException\b|.*\bBaseException\b)", text_of(path))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(one, ast.Pass | ast.Continue) for one in node.body)
    ]
    assert silent == []


# --- Schemas ------------------------------------------------------------------------------------------------

KIND_OF_FOLDER = [
    ("tenants.registry", "public"),
    ("maillage.", "public"),
    ("network.", "federation"),
    ("tenants.", "epn"),
]


def test_no_app_is_in_two_schema_lists() -> None:
    listed = [app for kind in settings.TENANT_TYPES.values() for app in kind["APPS"]]

    assert len(listed) == len(set(listed))
    assert sorted(listed) == sorted(settings.INSTALLED_APPS)
    assert len({config.label for config in apps.get_app_configs()}) == len(listed)


def test_the_folder_of_each_app_tells_its_schema() -> None:
    wrong = []
    for kind, one in settings.TENANT_TYPES.items():
        for app in one["APPS"]:
            expected = next((of for prefix, of in KIND_OF_FOLDER if app.startswith(prefix)), "public")
            if expected != kind:
                wrong.append((app, kind, expected))
    assert wrong == []


def test_each_folder_with_models_is_an_installed_app() -> None:
    installed = {config.module.__name__ for config in apps.get_app_configs() if config.module is not None}

    folders = {
        ".".join(path.parent.relative_to(ROOT).parts).removeprefix("platform.")
        for path in python_files()
        if path.name == "models.py"
    }
    assert folders <= installed


SWITCHING = (
    r"\b(schema_context|tenant_context|set_schema|set_tenant|schema_rename|search_path|set_config|SET ROLE|move_to"
    r"|stand_in)\b"
)
# The door, the wrapper behind it, and provisioning: each says in its first lines why.
MAY_SWITCH = {
    "tenants/registry/crossing.py",
    "tenants/registry/middleware.py",
    "tenants/registry/database/base.py",
    "tenants/registry/provisioning/catalog.py",
    "tenants/registry/provisioning/scratch.py",
    "tenants/registry/provisioning/walls.py",
    "tenants/registry/migrations/0002_show_a_space_its_own_people_only.py",
    "platform/maillage/devdb/server.py",
}
# Benches measure other ways of switching against ours.
PEERS = "platform/maillage/bench/"


def test_a_schema_is_switched_at_the_door_only() -> None:
    elsewhere = {
        path: lines
        for path, lines in found(SWITCHING, python_files()).items()
        if path not in MAY_SWITCH and not path.startswith(PEERS)
    }

    assert elsewhere == {}


def test_a_transaction_is_crossed_by_provisioning_and_crossings_only() -> None:
    allowed = {
        "network/cadastre/census/planning.py",  # a census is read and written whole, in one transaction
        "network/cadastre/census/services.py",
        "network/directory/cards.py",
        "network/directory/merging/services.py",  # two EPN, the register and their network, all of it or nothing
        "network/figures/gauges.py",
        "network/figures/services.py",
        "network/figures/verification.py",
        "tenants/registry/crossing.py",
        "tenants/registry/to_the_federation.py",  # an EPN to its own documents
        "tenants/registry/provisioning/services.py",
        "platform/maillage/demo/building.py",  # composes every layer
    }

    assert set(found(r"\bwithin_transaction\b|\bCROSSING_ROLE\b", python_files())) - allowed <= {
        "tenants/registry/provisioning/walls.py"
    }


# --- Who writes ---------------------------------------------------------------------------------------------

WRITES = re.compile(
    r"\.(save|delete|full_clean_and_save)$|\.(objects|_base_manager)\b.*\.(create|update|delete|bulk_create|bulk_update"
    r"|get_or_create|update_or_create|select_for_update)$"
)


MAY_WRITE = re.compile(r"\.(save|delete|full_clean_and_save|create|update|bulk_\w+|\w+_or_create|select_for_update)\b")


@pytest.mark.parametrize("verb", ["views", "forms", "filters", "selectors", "context"])
def test_views_forms_and_selectors_write_nothing(verb: str) -> None:
    files = [path for path in python_files() if path.stem == verb or path.stem.endswith(f"_{verb}")]

    writes = [
        f"{name(path)}:{call.lineno} {called}"
        for path in files
        if MAY_WRITE.search(text_of(path))
        for call, called in calls(path)
        if WRITES.search(called)
    ]
    assert writes == []


def test_no_business_hides_in_signals_or_in_save() -> None:
    assert found(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b", python_files()) == {}
    # A person's password goes into its own table; a space's model refuses to be saved elsewhere.
    allowed = {"platform/maillage/accounts/models.py", "tenants/registry/models.py"}
    assert (
        set(found(r"def (save|save_base|delete)\(self", [p for p in python_files() if p.stem == "models"])) <= allowed
    )


def test_services_take_one_subject_at_most_and_the_rest_by_keyword() -> None:
    positional = []
    for path in python_files("tenants", "network", "platform/maillage/accounts"):
        if path.name != "services.py" or "provisioning" in path.parts or "figures" in path.parts:
            continue
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and len(node.args.args) > 1:
                positional.append(f"{name(path)}:{node.lineno} {node.name}")
    assert positional == []


# --- Templates ----------------------------------------------------------------------------------------------

# Found by name by Django, allauth or our own tags, and not in a string of ours.
KNOWN_BY_OTHERS = re.compile(
    r"^(400|403|403_csrf|404|413|429|500)\.html$|^account/|^allauth/|^mfa/|^components/|^emails/base|^directory/email/"
)


def test_every_template_is_used_and_none_is_missing() -> None:
    texts = [text_of(path) for path in [*python_files(), *templates()] if path.suffix in {".py", ".html", ".txt"}]
    named = {one for text in texts for one in re.findall(r"""["']([\w/.-]+\.(?:html|txt|svg|typ|xml))["']""", text)}
    there = {str(path.relative_to(ROOT / "templates")) for path in templates()}

    assert {one for one in there - named if not KNOWN_BY_OTHERS.match(one)} == set()
    ours = {one.split("/")[0] for one in there if "/" in one}
    missing = {one for one in named - there if "/" in one and one.split("/")[0] in ours}
    for one in missing:
        get_template(one)  # an app's own folder of templates; raises when it is nowhere


def test_every_component_is_used() -> None:
    texts = "\n".join(text_of(path) for path in [*python_files(), *templates()] if path.suffix != ".svg")

    unused = [
        path.name
        for path in (ROOT / "templates" / "components").iterdir()
        if f"components/{path.name}" not in texts and path.stem not in texts
    ]
    assert unused == []


def test_no_inline_style_script_or_handler() -> None:
    pages = [path for path in templates() if path.suffix == ".html"]

    assert found(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:", pages) == {}
    # The help text of a field is ours or Django's, never somebody's.
    assert set(found(r"\|safe\b|autoescape off", pages)) <= {"templates/components/field_notes.html"}
    assert found(r"\bmark_safe\(|@csrf_exempt|\bcsrf_exempt\(", python_files()) == {}
    assert found(r"https?://(?!www\.w3\.org)", pages) == {}


# --- Words --------------------------------------------------------------------------------------------------


def enums() -> list[type[Choices]]:
    return [
        enum
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"maillage", "tenants", "network"}
        for path in Path(config.path).glob("*.py")
        for enum in vars(__import__(f"{config.name}.{path.stem}", fromlist=["*"])).values()
        if path.stem in {"enums", "models"} and isinstance(enum, type) and issubclass(enum, Choices) and list(enum)
    ]


# Words that no person ever reads.
UNSEEN = {"Source"}
# Written alike on purpose.
SAME = {
    "Animation", "Animator", "App", "Coordination", "E-mail", "EPN", "France", "Laptops", "Page", "Printer", "Public",
    "Scanner", "Tablets", "Website", "suspension",
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_enum_is_labelled_in_french_and_dutch(language: str) -> None:
    missing = []
    for enum in {one for one in enums() if one.__name__ not in UNSEEN}:
        for member in enum:
            with translation.override("en"):
                english = str(member.label)
            with translation.override(language):
                translated = str(member.label)
            if not isinstance(member._label_, Promise) or (translated == english and english not in SAME):
                missing.append(f"{enum.__name__}.{member.name}: {english}")
    assert missing == []


def test_every_term_and_contract_type_is_labelled_in_the_three_languages(cast: Cast) -> None:
    rows: list[Model] = [*Term.objects.all(), *ContractType.objects.all()]

    assert len(rows) > 100
    assert [row for row in rows for code in ("fr", "nl", "en") if not getattr(row, f"label_{code}").strip()] == []


def test_every_name_of_a_model_or_field_that_a_form_may_show_is_translated() -> None:
    untranslated = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in {"maillage", "tenants", "network"}:
            continue
        for one in model._meta.get_fields():
            label = getattr(one, "verbose_name", None)
            if isinstance(label, Promise):
                with translation.override("fr"):
                    french = str(label)
                with translation.override("nl"):
                    dutch = str(label)
                if not french or not dutch:
                    untranslated.append(f"{model.__name__}.{one.name}")
    assert untranslated == []


# --- Checks that Django has ---------------------------------------------------------------------------------


def test_the_checks_of_django_and_our_own_find_nothing(cast: Cast) -> None:
    call_command("check", "--database", "default", "--fail-level", "WARNING")


def test_no_model_has_changed_without_its_migration(cast: Cast) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)


def test_a_pool_or_a_pooler_in_session_mode_can_stand_before_the_database() -> None:
    database = settings.DATABASES["default"]

    assert database["ENGINE"] == "tenants.registry.database"
    assert not database.get("ATOMIC_REQUESTS")  # the space is entered before any transaction
    assert not database.get("DISABLE_SERVER_SIDE_CURSORS")
    assert not getattr(settings, "TENANT_LIMIT_SET_CALLS", False)  # its cache doesn't forget on a rollback
    assert "options" not in database.get("OPTIONS", {})
    assert settings.MESSAGE_STORAGE.startswith("django.contrib.messages.storage")
    assert settings.CACHES["default"]["KEY_FUNCTION"] == "tenants.registry.crossing.cache_key"
