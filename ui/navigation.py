"""Routes and the entries that lead to them, by role. A new screen is one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from ui.ports import Surroundings
from ui.screen import Screen
from ui.widgets.shell.navigation import NavEntry

if TYPE_CHECKING:  # brings the ORM, which the first paint must not wait for
    from fieldapp.domain.permissions import Actor


@dataclass(frozen=True, slots=True)
class Route:
    """Where a screen lives; imported when first opened, so that start-up pays for one screen only."""

    module: str
    screen: str


ROUTES: Final = {
    "today": Route("ui.screens.today.screen", "TodayScreen"),
    "households": Route("ui.screens.households.screen", "HouseholdsScreen"),
    "household": Route("ui.screens.household.screen", "HouseholdScreen"),
    "register": Route("ui.screens.register.screen", "RegisterScreen"),
    "visit_form": Route("ui.screens.visit_form.screen", "VisitFormScreen"),
    "form": Route("ui.screens.form.screen", "FormScreen"),
    "assessments": Route("ui.screens.assessments.screen", "AssessmentsScreen"),
    "assessment": Route("ui.screens.assessment.screen", "AssessmentScreen"),
    "visit": Route("ui.screens.visit.screen", "VisitScreen"),
    "paper": Route("ui.screens.paper.screen", "PaperScreen"),
    "drafts": Route("ui.screens.drafts.screen", "DraftsScreen"),
    "packages": Route("ui.screens.packages.screen", "PackagesScreen"),
    "revoked": Route("ui.screens.revoked.screen", "RevokedScreen"),
    "sync": Route("ui.screens.sync.screen", "SyncScreen"),
    "conflicts": Route("ui.screens.conflicts.screen", "ConflictsScreen"),
    "clue_report": Route("ui.screens.clue_report.screen", "ClueReportScreen"),
    "clues": Route("ui.screens.clues.screen", "CluesScreen"),
    "clue": Route("ui.screens.clue.screen", "ClueScreen"),
    "campaigns": Route("ui.screens.campaigns.screen", "CampaignsScreen"),
    "campaign": Route("ui.screens.campaign.screen", "CampaignScreen"),
    "campaign_new": Route("ui.screens.campaign_new.screen", "CampaignNewScreen"),
    "spot_checks": Route("ui.screens.spot_checks.screen", "SpotChecksScreen"),
    "spot_check": Route("ui.screens.spot_check.screen", "SpotCheckScreen"),
    "spot_check_finding": Route("ui.screens.spot_check_finding.screen", "SpotCheckFindingScreen"),
    "needs": Route("ui.screens.needs.screen", "NeedsScreen"),
    "need": Route("ui.screens.need.screen", "NeedScreen"),
    "need_report": Route("ui.screens.need_report.screen", "NeedReportScreen"),
    "organisations": Route("ui.screens.organisations.screen", "OrganisationsScreen"),
    "job_seekers": Route("ui.screens.job_seekers.screen", "JobSeekersScreen"),
    "policies": Route("ui.screens.policies.screen", "PoliciesScreen"),
    "more": Route("ui.screens.more.screen", "MoreScreen"),
    "reliefs": Route("ui.screens.reliefs.screen", "ReliefsScreen"),
    "relief": Route("ui.screens.relief.screen", "ReliefScreen"),
    "relief_desk": Route("ui.screens.relief_desk.screen", "ReliefDeskScreen"),
    "case_times": Route("ui.screens.case_times.screen", "CaseTimesScreen"),
    "relief_form": Route("ui.screens.relief_form.screen", "ReliefFormScreen"),
    "exemptions": Route("ui.screens.exemptions.screen", "ExemptionsScreen"),
    "rule_table": Route("ui.screens.rule_table.screen", "RuleTableScreen"),
    "visit_rules": Route("ui.screens.visit_rules.screen", "VisitRulesScreen"),
    "reviews": Route("ui.screens.reviews.screen", "ReviewsScreen"),
    "back_checks": Route("ui.screens.back_checks.screen", "BackChecksScreen"),
    "back_check": Route("ui.screens.back_check.screen", "BackCheckScreen"),
    "back_check_new": Route("ui.screens.back_check_new.screen", "BackCheckNewScreen"),
    "opinions": Route("ui.screens.opinions.screen", "OpinionsScreen"),
    "statistics": Route("ui.screens.statistics.screen", "StatisticsScreen"),
    "settings": Route("ui.screens.settings.screen", "SettingsScreen"),
    "shortcuts": Route("ui.screens.shortcuts.screen", "ShortcutsScreen"),
    "stale": Route("ui.screens.stale.screen", "StaleScreen"),
}
OPEN_WHEN_STALE: Final = frozenset(
    {"stale", "clue_report", "sync", "packages", "settings", "revoked", "shortcuts"}
)
"""Routes that stay open while the data are too old to be read (R21): reporting, and the ways to sync."""


def build(route: str, surroundings: Surroundings) -> Screen:
    """Make the screen of a route."""
    found = ROUTES[route]
    factory: Callable[[Surroundings], Screen] = getattr(import_module(found.module), found.screen)
    return factory(surroundings)


def entries(actor: "Actor", *, known: bool = True) -> tuple[NavEntry, ...]:
    """The main entries a worker sees; the first is where he starts. Before the first sync the device
    does not know (`known`) what he may do: the day's page says so there."""
    from fieldapp.domain.permissions import Permission

    translate = QCoreApplication.translate
    work = (
        NavEntry("today", translate("Navigation", "今日"), "house"),
        NavEntry("households", translate("Navigation", "对象"), "users"),
        NavEntry("drafts", translate("Navigation", "草稿"), "clipboard-list"),
    )
    urgent = NavEntry("clue_report", translate("Navigation", "急难上报"), "siren", urgent=True)
    clues = NavEntry("clues", translate("Navigation", "线索"), "inbox")
    checks = NavEntry("spot_checks", translate("Navigation", "双随机"), "clipboard-list")
    figures = NavEntry("statistics", translate("Navigation", "统计"), "chart-column")
    more = NavEntry("more", translate("Navigation", "更多"), "ellipsis")
    settings = NavEntry("settings", translate("Navigation", "设置"), "settings", last=True)
    if not known:
        return (work[0], settings)
    if not actor.may(Permission.CREATE_CLUE):
        rest = (figures, work[1], settings)
        return (checks, *rest) if actor.may(Permission.INSPECT) else rest
    if not actor.may(Permission.READ_CASES):
        return (clues, settings, urgent)  # who only reports sees only what he reported
    if not actor.may(Permission.CREATE_VISIT):
        return (figures, work[1], clues, more, settings, urgent)
    if actor.may(Permission.RETURN_VISIT):
        return (figures, *work, clues, more, settings, urgent)
    if actor.may(Permission.READ_STATISTICS):
        return (*work, clues, figures, more, settings, urgent)
    return (*work, clues, more, settings, urgent)
