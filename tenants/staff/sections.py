"""What other apps say on the pages of the staff: the article 60 clock, a volunteer's papers, cover …

`tenants.staff` knows none of them. In its AppConfig.ready() an app registers a callable, which gives a `Section` for
one contract or one person, or None where it has nothing to say. The pages are the coordinator's alone, save that
of one's own contracts.

    on_contract_page(lambda contract: Section(…) if contract.type == "art60" else None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tenants.staff.models import Contract, StaffMember

ContractSection = Callable[[Contract], "Section | None"]
PersonSection = Callable[[StaffMember], "Section | None"]
ListSection = Callable[[], "Section | None"]


@dataclass(frozen=True)
class Section:
    """A heading, one short line of how things stand, and the way to more. Everything is in the reader's language.

    `tone` colours the line: "", "info", "success", "warning" or "danger"; the words must say the same. `order` places
    the section among the others, the lowest first.
    """

    heading: str
    status: str
    url: str
    link: str
    tone: str = ""
    order: int = 50


_of_contracts: list[ContractSection] = []
_of_people: list[PersonSection] = []
_of_the_list: list[ListSection] = []
_of_ones_own: list[ContractSection] = []


def on_contract_page(section: ContractSection) -> ContractSection:
    """Register what the page of a contract says besides."""
    if section not in _of_contracts:
        _of_contracts.append(section)
    return section


def on_person_page(section: PersonSection) -> PersonSection:
    """Register what the page of a person says besides."""
    if section not in _of_people:
        _of_people.append(section)
    return section


def on_contracts_list(section: ListSection) -> ListSection:
    """Register a way from the list of contracts to a page about all of them."""
    if section not in _of_the_list:
        _of_the_list.append(section)
    return section


def on_own_contract(section: ContractSection) -> ContractSection:
    """Register what somebody who isn't the coordinator reads besides of a contract of their own."""
    if section not in _of_ones_own:
        _of_ones_own.append(section)
    return section


def sections_of_contract(contract: Contract) -> list[Section]:
    return _in_order(one(contract) for one in _of_contracts)


def sections_of_person(member: StaffMember) -> list[Section]:
    return _in_order(one(member) for one in _of_people)


def sections_of_the_list() -> list[Section]:
    return _in_order(one() for one in _of_the_list)


def sections_of_ones_own(contracts: Iterable[Contract]) -> list[Section]:
    return _in_order(section(one) for one in contracts for section in _of_ones_own)


def _in_order(found: Iterable[Section | None]) -> list[Section]:
    return sorted((one for one in found if one is not None), key=lambda one: (one.order, one.heading))
