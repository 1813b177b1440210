//! Where Azure's regions lie: the zone of each place that Microsoft's list of regions names.

use crate::tz::{self, Tz};

#[rustfmt::skip]
const REGIONS: [(&str, &str); 65] = [
    ("australiacentral", "Australia/Sydney"),
    ("australiacentral2", "Australia/Sydney"),
    ("australiaeast", "Australia/Sydney"),
    ("australiasoutheast", "Australia/Melbourne"),
    ("austriaeast", "Europe/Vienna"),
    ("belgiumcentral", "Europe/Brussels"),
    ("brazilsouth", "America/Sao_Paulo"),
    ("brazilsoutheast", "America/Sao_Paulo"),
    ("canadacentral", "America/Toronto"),
    ("canadaeast", "America/Toronto"),
    ("centralindia", "Asia/Kolkata"),
    ("centralus", "America/Chicago"),
    ("chilecentral", "America/Santiago"),
    ("chinaeast", "Asia/Shanghai"),
    ("chinaeast2", "Asia/Shanghai"),
    ("chinaeast3", "Asia/Shanghai"),
    ("chinanorth", "Asia/Shanghai"),
    ("chinanorth2", "Asia/Shanghai"),
    ("chinanorth3", "Asia/Shanghai"),
    ("eastasia", "Asia/Hong_Kong"),
    ("eastus", "America/New_York"),
    ("eastus2", "America/New_York"),
    ("francecentral", "Europe/Paris"),
    ("francesouth", "Europe/Paris"),
    ("germanynorth", "Europe/Berlin"),
    ("germanywestcentral", "Europe/Berlin"),
    ("indonesiacentral", "Asia/Jakarta"),
    ("israelcentral", "Asia/Jerusalem"),
    ("italynorth", "Europe/Rome"),
    ("japaneast", "Asia/Tokyo"),
    ("japanwest", "Asia/Tokyo"),
    ("koreacentral", "Asia/Seoul"),
    ("koreasouth", "Asia/Seoul"),
    ("malaysiawest", "Asia/Kuala_Lumpur"),
    ("mexicocentral", "America/Mexico_City"),
    ("newzealandnorth", "Pacific/Auckland"),
    ("northcentralus", "America/Chicago"),
    ("northeurope", "Europe/Dublin"),
    ("norwayeast", "Europe/Oslo"),
    ("norwaywest", "Europe/Oslo"),
    ("polandcentral", "Europe/Warsaw"),
    ("qatarcentral", "Asia/Qatar"),
    ("southafricanorth", "Africa/Johannesburg"),
    ("southafricawest", "Africa/Johannesburg"),
    ("southcentralus", "America/Chicago"),
    ("southeastasia", "Asia/Singapore"),
    ("southindia", "Asia/Kolkata"),
    ("spaincentral", "Europe/Madrid"),
    ("swedencentral", "Europe/Stockholm"),
    ("swedensouth", "Europe/Stockholm"),
    ("switzerlandnorth", "Europe/Zurich"),
    ("switzerlandwest", "Europe/Zurich"),
    ("uaecentral", "Asia/Dubai"),
    ("uaenorth", "Asia/Dubai"),
    ("uksouth", "Europe/London"),
    ("ukwest", "Europe/London"),
    ("usgovarizona", "America/Phoenix"),
    ("usgovtexas", "America/Chicago"),
    ("usgovvirginia", "America/New_York"),
    ("westcentralus", "America/Denver"),
    ("westeurope", "Europe/Amsterdam"),
    ("westindia", "Asia/Kolkata"),
    ("westus", "America/Los_Angeles"),
    ("westus2", "America/Los_Angeles"),
    ("westus3", "America/Phoenix"),
];

/// The zone of a region's place; `None` for one that is newer than this list.
pub(super) fn zone(region: &str) -> Option<Tz> {
    let name: String = region
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let found = REGIONS.binary_search_by(|(known, _)| (*known).cmp(name.as_str()));
    tz::named(REGIONS[found.ok()?].1)
}
