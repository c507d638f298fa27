"""The column headers of the reports, exactly as Partner Center writes them."""

from __future__ import annotations


def _columns(text: str) -> tuple[str, ...]:
    """Return the names in a text; "~" stands for a space inside a name."""
    return tuple(name.replace("~", " ") for name in text.split())


PARTNER_PROFILE = _columns(
    "MPNId PartnerName PGA_MPNID PGA_PartnerName City Country HierarchyLevel"
)

CPOR_USAGE = _columns(
    "CustomerTenantId CustomerName WorkloadName MonthlyActiveUsers PaidAvailableUnits ClaimId "
    "MpnId DateAssociated PartnerAttributionType Date"
)

M365_USAGE = _columns(
    "PGAPartnerID CustomerTenantId CustomerTpid WorkloadName Month PaidAvailableUnits "
    "MonthlyActiveUsers CustomerName CustomerMarket CustomerSegment IndustryName VerticalName EOU "
    "PartnerID PartnerName PartnerLocation PartnerAttributionType IsDuplicateRowForPGA"
)

CUSTOMERS = _columns(
    "PGAMpnID CustomerName CustomerTenantId CustomerTpid DUNSNumber CustomerSegment TopSegment "
    "CustomerMarket CustomerStatus CustomerTenantName CustomerTenantCountry TenantDomainName "
    "Product RawProductName SKU Month MPNId PartnerName PartnerLocation PartnerAttributionType "
    "SalesChannel IndustryName VerticalName EOU IsDuplicateRowForPGA AvailableSeats "
    "BilledRevenueUSD AzureConsumedRevenueUSD CPORRevenue CPORPaidSeats CPORActiveUsers"
)

SUBSCRIPTIONS = _columns(
    "PGAMpnID SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionState Month "
    "IsAutoRenew CustomerName CustomerTenantId CustomerTpid DUNSNumber CustomerSegment TopSegment "
    "CustomerMarket ReportingProductName Product RawProductName ProductPartNumber SKU "
    "RevSumDivisionName SolutionArea MPNID PartnerName PartnerLocation PartnerAttributionType "
    "SalesChannel IndustryName VerticalName EOU PricingLevel EnrollmentNumber "
    "IsDuplicateRowForPGA SubscriptionStartMonth ResellerID ResellerName AvailableSeatsEOP "
    "AvailableSeats BilledRevenueUSD AzureConsumedRevenueUSD CPORRevenue CPORPaidSeats "
    "CPORActiveUsers"
)

EMS_USAGE = _columns(
    "PGAMpnID SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionStatus Month "
    "SKU SKUId FreeVsPaidSKU SalesModel DetailedSalesModel CustomerName CustomerTenantId "
    "CustomerTpid CustomerSegment CustomerMarket IndustryName VerticalName EOU MPNID PartnerName "
    "PartnerLocation PartnerAttributionType PartnerHierarchy PaidAvailableUnits "
    "MonthlyActiveUsers AATPActiveUsage MCASActiveUsage AADPPaidAvailableUnits "
    "IntunePaidAvailableUnits AzipPaidAvailableUnits AADPMonthlyActiveUsers "
    "IntuneMonthlyActiveUsers AzipMonthlyActiveUsers MDM MAM SSPR"
)

CLAIMS = _columns(
    "claim_id tenant_id workload partner_id claim_name solution_area partner_role status "
    "status_reason status_on submitted_on approved_on associated_on ended_on proof_signed_on "
    "contact_name contact_email"
)
"""The layout of our own for customer claims: Microsoft's export is not documented."""

EARNINGS_DEFAULT = _columns(
    "agreementEndDate agreementNumber agreementStartDate baseline baselineType bucketSize "
    "calculationDate claimId compensableUnits customerCountry customerEmail customerName "
    "customerTenantId desktopCount distributorId distributorName earningAmount "
    "earningAmountInLastPaymentCurrency earningAmountUSD earningDate earningExchangeRate "
    "earningId earningParticipantId earningParticipantName earningParticipantIdType earningRate "
    "earningType engagementId engagementName estimatedPaymentMonth exchangeRateDate "
    "externalReferenceId externalReferenceIdLabel fundCategory instantRebateAmount invoiceDate "
    "invoiceNumber isPrivateOffer lastPaymentCurrency lever LicensingProgramName LineItemId "
    "localProviderSeller Maturity~month milestone OrderId parentProductId parentProductName "
    "participantId participantIdType participantName partnerAssociation partnerCountryCode "
    "partnerRole partNumber paymentId paymentStatus paymentStatusDescription productId "
    "productName productType Program~Code programName purchaseOrderCoverageEndDate "
    "purchaseOrderCoverageStartDate purchaseOrderType purchaseTypeCode purchaseTypeName quantity "
    "quantityAlt quantityAltType quantityType reasonCode resellerCountry resellerId resellerName "
    "resourceId SkuId solutionArea storeFee subscriptionEndDate subscriptionId "
    "subscriptionStartDate taxCity taxCountry taxRemitModel taxRemitted taxState taxZipCode tpan "
    "transactionAmount transactionAmountUSD transactionCountryCode transactionCurrency "
    "transactionDate transactionExchangeRate transactionId transactionPaymentMethod "
    "transactionType userCount workload"
)
