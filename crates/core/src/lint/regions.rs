//! Where Azure's regions lie: the zone of each place that Microsoft's list of regions names.

use chrono_tz::Tz;

#[rustfmt::skip]
const REGIONS: [(&str, Tz); 65] = [
    ("australiacentral", Tz::Australia__Sydney),
    ("australiacentral2", Tz::Australia__Sydney),
    ("australiaeast", Tz::Australia__Sydney),
    ("australiasoutheast", Tz::Australia__Melbourne),
    ("austriaeast", Tz::Europe__Vienna),
    ("belgiumcentral", Tz::Europe__Brussels),
    ("brazilsouth", Tz::America__Sao_Paulo),
    ("brazilsoutheast", Tz::America__Sao_Paulo),
    ("canadacentral", Tz::America__Toronto),
    ("canadaeast", Tz::America__Toronto),
    ("centralindia", Tz::Asia__Kolkata),
    ("centralus", Tz::America__Chicago),
    ("chilecentral", Tz::America__Santiago),
    ("chinaeast", Tz::Asia__Shanghai),
    ("chinaeast2", Tz::Asia__Shanghai),
    ("chinaeast3", Tz::Asia__Shanghai),
    ("chinanorth", Tz::Asia__Shanghai),
    ("chinanorth2", Tz::Asia__Shanghai),
    ("chinanorth3", Tz::Asia__Shanghai),
    ("eastasia", Tz::Asia__Hong_Kong),
    ("eastus", Tz::America__New_York),
    ("eastus2", Tz::America__New_York),
    ("francecentral", Tz::Europe__Paris),
    ("francesouth", Tz::Europe__Paris),
    ("germanynorth", Tz::Europe__Berlin),
    ("germanywestcentral", Tz::Europe__Berlin),
    ("indonesiacentral", Tz::Asia__Jakarta),
    ("israelcentral", Tz::Asia__Jerusalem),
    ("italynorth", Tz::Europe__Rome),
    ("japaneast", Tz::Asia__Tokyo),
    ("japanwest", Tz::Asia__Tokyo),
    ("koreacentral", Tz::Asia__Seoul),
    ("koreasouth", Tz::Asia__Seoul),
    ("malaysiawest", Tz::Asia__Kuala_Lumpur),
    ("mexicocentral", Tz::America__Mexico_City),
    ("newzealandnorth", Tz::Pacific__Auckland),
    ("northcentralus", Tz::America__Chicago),
    ("northeurope", Tz::Europe__Dublin),
    ("norwayeast", Tz::Europe__Oslo),
    ("norwaywest", Tz::Europe__Oslo),
    ("polandcentral", Tz::Europe__Warsaw),
    ("qatarcentral", Tz::Asia__Qatar),
    ("southafricanorth", Tz::Africa__Johannesburg),
    ("southafricawest", Tz::Africa__Johannesburg),
    ("southcentralus", Tz::America__Chicago),
    ("southeastasia", Tz::Asia__Singapore),
    ("southindia", Tz::Asia__Kolkata),
    ("spaincentral", Tz::Europe__Madrid),
    ("swedencentral", Tz::Europe__Stockholm),
    ("swedensouth", Tz::Europe__Stockholm),
    ("switzerlandnorth", Tz::Europe__Zurich),
    ("switzerlandwest", Tz::Europe__Zurich),
    ("uaecentral", Tz::Asia__Dubai),
    ("uaenorth", Tz::Asia__Dubai),
    ("uksouth", Tz::Europe__London),
    ("ukwest", Tz::Europe__London),
    ("usgovarizona", Tz::America__Phoenix),
    ("usgovtexas", Tz::America__Chicago),
    ("usgovvirginia", Tz::America__New_York),
    ("westcentralus", Tz::America__Denver),
    ("westeurope", Tz::Europe__Amsterdam),
    ("westindia", Tz::Asia__Kolkata),
    ("westus", Tz::America__Los_Angeles),
    ("westus2", Tz::America__Los_Angeles),
    ("westus3", Tz::America__Phoenix),
];

/// The zone of a region's place; `None` for one that is newer than this list.
pub(super) fn zone(region: &str) -> Option<Tz> {
    let name: String = region
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let found = REGIONS.binary_search_by(|(known, _)| (*known).cmp(name.as_str()));
    found.ok().map(|at| REGIONS[at].1)
}
