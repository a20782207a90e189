"""The codes of states and organisations in a machine readable zone (ICAO 9303, part 3, section 5)."""

from __future__ import annotations

# ISO 3166-1, alpha-3. Kosovo, the fictional state of ICAO's specimens, and Germany have codes of their own.
_COUNTRIES = """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR
    CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB
    GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA
    JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS
    SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON
    TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    RKS UTO D<<
"""
# British nationals who are not citizens, persons without a nationality, the United Nations, and organisations.
_WITHOUT_STATE = """
    GBD GBN GBO GBP GBS XXA XXB XXC XXX UNA UNK UNO EUE XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO
"""
_NATIONALITIES_WITHOUT_STATE = frozenset(_WITHOUT_STATE.split())
_CODES = frozenset(_COUNTRIES.split()) | _NATIONALITIES_WITHOUT_STATE


def is_state(code: str) -> bool:
    """Return whether a code with its fillers is one of a state or an organisation."""
    return code in _CODES


def may_issue_to(state: str, nationality: str) -> bool:
    """Return whether a state may issue a passport to a person of a nationality: its own, or one without a state."""
    return nationality == state or not _NATIONALITIES_WITHOUT_STATE.isdisjoint({state, nationality})
