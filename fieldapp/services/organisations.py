"""Who serves (S26): organisations with their contracts and projects, as far as this device knows. The lists
are the county's; devices read them."""

from collections import Counter
from dataclasses import dataclass

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.needs import OrganisationFields, ProjectFields, ReferralStatus
from fieldapp.domain.rules.service_matching import places_used
from fieldapp.services.context import Context
from fieldapp.storage.repositories import households, needs


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project; `left` = places not taken by the referrals known here, `running` = it takes people today."""

    project: ProjectFields
    left: int
    running: bool


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation. `able` = volunteers, or with a contract or project in force today. `referrals` counts
    those of the worker's areas by how they stand."""

    organisation: OrganisationFields
    area_names: tuple[str, ...]
    projects: tuple[ProjectView, ...]
    able: bool
    referrals: Counter[ReferralStatus]


def organisation_list(context: Context) -> list[OrganisationView]:
    """All organisations, those that serve today first. Raises NotAllowedError("not_permitted")."""
    today = context.today()
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_CASES)
        organisations, projects = needs.organisations(connection), needs.projects(connection)
        referrals = needs.all_referrals(connection)
        names = households.area_names(connection)
    used = places_used(referrals)
    views = []
    for one in organisations:
        own = tuple(
            ProjectView(
                project,
                max(0, project.quota - used.get(project.id, 0)),
                project.active and project.since <= today <= project.until,
            )
            for project in projects
            if project.organisation_id == one.id
        )
        bound = one.volunteer or any(contract.holds_on(today) for contract in one.contracts)
        able = one.active and (bound or any(project.running for project in own))
        counted = Counter(ref.status for ref in referrals if ref.organisation_id == one.id)
        areas = tuple(names.get(code, code) for code in one.areas)
        views.append(OrganisationView(one, areas, own, able, counted))
    return sorted(views, key=lambda view: not view.able)
