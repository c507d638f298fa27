"""The Microsoft 365 workloads that partner files speak of, and every spelling seen in them.

Codes and names as found in Microsoft's data definitions, usage analytics, the 2020 to 2023
partner reports and the eligibility pages; the spellings differ from report to report, so a name
is looked up ignoring case, spaces and punctuation. Unknown names are kept as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload: a stable code for links and files, its name on screen, other spellings."""

    code: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()


WORKLOADS: tuple[Workload, ...] = (
    Workload("EXO", "Exchange Online", "Exchange", ("Exchange", "ExchangeOnline")),
    Workload("SPO", "SharePoint Online", "SharePoint", ("SharePoint", "SharepointOnline")),
    Workload("ODB", "OneDrive for Business", "OneDrive", ("OneDrive", "ODFB")),
    Workload("TEAMS", "Microsoft Teams", "Teams", ("Teams", "MSTeams")),
    Workload("TEAMSMEETINGS", "Teams Meetings", "Meetings", ("TeamsMeeting",)),
    Workload(
        "TEAMSPHONE",
        "Teams Phone",
        "Phone",
        ("TeamsPhonecalling", "TeamsPhonecalling1p/3p", "TeamsPhonecalling1p", "Teams Calling"),
    ),
    Workload(
        "TEAMSPLATFORM", "Teams Apps & Platform", "Teams Apps", ("TeamsPlatform", "TeamsApps")
    ),
    Workload("YAM", "Viva Engage", "Engage", ("Yammer", "VivaEngage")),
    Workload("SFB", "Skype for Business", "Skype", ("Skype", "SkypeForBusinessOnline")),
    Workload(
        "PROPLUS",
        "Microsoft 365 Apps",
        "M365 Apps",
        (
            "ProPlus",
            "OfficeProPlus",
            "Office 365 ProPlus",
            "Microsoft 365 Apps for enterprise",
            "M365 Apps",
        ),
    ),
    Workload(
        "AADP",
        "Entra ID P1",
        "Entra ID",
        (
            "Azure Active Directory Premium",
            "Azure AD Premium",
            "AAD_PREMIUM",
            "Azure Active Directory Premium Conditional Access",
            "Microsoft Entra ID P1",
            "Conditional Access",
        ),
    ),
    Workload("INTUNE", "Microsoft Intune", "Intune", ("Intune",)),
    Workload(
        "AIP",
        "Microsoft Information Protection",
        "Info Protection",
        ("AZIP", "MIP", "Azure Information Protection", "InformationProtection"),
    ),
    Workload(
        "MDI",
        "Defender for Identity",
        "Defender Identity",
        (
            "AATP",
            "Azure ATP",
            "Microsoft Defender for Identity",
            "Azure Advanced Threat Protection",
        ),
    ),
    Workload(
        "MCAS",
        "Defender for Cloud Apps",
        "Defender Apps",
        (
            "ADALLOM_S_O365",
            "Microsoft Cloud App Security",
            "Cloud App Security",
            "Microsoft Defender for Cloud Apps",
            "MDA",
        ),
    ),
    Workload(
        "MDO",
        "Defender for Office 365",
        "Defender O365",
        ("Microsoft Defender for Office 365", "OATP", "Office 365 ATP"),
    ),
    Workload(
        "MDE", "Defender for Endpoint", "Defender Endpoint", ("Microsoft Defender for Endpoint",)
    ),
    Workload("IRM", "Insider Risk Management", "Insider Risk", ("Insider Risk Manager",)),
    Workload("VIVATOPICS", "Viva Topics", "Viva Topics", ()),
    Workload("VIVAINSIGHTS", "Viva Insights", "Viva Insights", ()),
    Workload("VIVALEARNING", "Viva Learning", "Viva Learning", ()),
    Workload("VIVACONNECTIONS", "Viva Connections", "Viva Connections", ()),
)


def workload_key(name: str) -> str:
    """Return the spelling-free form of a workload name: letters and digits, folded."""
    return re.sub(r"[^0-9a-z]+", "", name.casefold())


_BY_SPELLING = {
    workload_key(spelling): workload
    for workload in WORKLOADS
    for spelling in (workload.code, workload.name, *workload.aliases)
}


def known_workload(name: str) -> Workload | None:
    """Return the workload that this spelling means, or None for an unknown name."""
    return _BY_SPELLING.get(workload_key(name))
