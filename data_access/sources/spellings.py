"""Header spellings that several kinds of file share, best first, and how far back they speak."""

from __future__ import annotations

from insights.months import month_index

MICROSOFT_SINCE = month_index(2015, 1)
CANONICAL_SINCE = month_index(1990, 1)

TENANT = ("CustomerTenantId", "CustomerId")
ANY_TENANT = ("CustomerTenantId", "TenantId", "MicrosoftTenantId", "DirectoryId", "CustomerId")
PARTNER = ("MPNId", "MpnId", "PartnerID", "PartnerLocationID", "PartnerMpnId", "LocationId")
ACCOUNT = ("PGAMpnId", "PGA_MPNID", "PGAPartnerID", "PartnerGlobalAccountId", "GlobalPartnerID")
MONTH = ("Month", "MonthKey", "Date", "DateKey", "FiscalMonthName", "ProcessedDateTime")
WORKLOAD = ("WorkloadName", "Workload", "WorkloadCode")
SEATS = ("PaidAvailableUnits", "licensesQualified", "PAU", "CPORPaidSeats", "AssignedSeats")
USERS = (
    "MonthlyActiveUsers",
    "licensesActive",
    "licenseActive",
    "MAU",
    "CPORActiveUsers",
    "ActiveSeats",
)
ATTRIBUTION = (
    "PartnerAttributionType",
    "PartnerAttachType",
    "PartnerAssociationType",
    "partnerAssociation",
)
DUPLICATE = ("IsDuplicateRowForPGA", "IsACRDuplicateAtPGALevel")

TENANT_ATTRIBUTES = {
    "name": ("CustomerName", "CustomerTenantName"),
    "tpid": ("CustomerTpid",),
    "domain": ("TenantDomainName", "CustomerDomainName", "DomainName"),
    "segment": ("CustomerSegment", "TopSegment"),
    "market": ("CustomerMarket",),
    "country": ("CustomerTenantCountry", "CustomerCountry"),
    "industry": ("IndustryName", "VerticalName"),
}
PARTNER_ATTRIBUTES = {
    "partner_name": ("PartnerName",),
    "account_id": ACCOUNT,
    "account_name": ("PGA_PartnerName", "PGAPartnerName", "PGAName"),
    "partner_city": ("PartnerCity",),
    "partner_country": ("PartnerCountry", "PartnerCountryCode"),
}
