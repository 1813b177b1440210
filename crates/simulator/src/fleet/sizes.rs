//! VM sizes that the simulator knows, with what they cost in eastus.

/// A VM size. Prices are US dollars an hour, pay as you go, Linux, in eastus.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub name: &'static str,
    /// The series as the price API writes it after "Virtual Machines ".
    pub series: &'static str,
    pub vcpus: u32,
    pub gpus: u32,
    pub memory_gb: u32,
    /// Decimal text, so that no cent is lost on the way.
    pub price: &'static str,
}

const fn row(
    name: &'static str,
    series: &'static str,
    vcpus: u32,
    gpus: u32,
    memory_gb: u32,
    price: &'static str,
) -> Size {
    Size {
        name,
        series,
        vcpus,
        gpus,
        memory_gb,
        price,
    }
}

/// The built-in sizes.
pub const SIZES: &[Size] = &[
    row("Standard_DS1_v2", "DSv2 Series", 1, 0, 4, "0.073"),
    row("Standard_DS2_v2", "DSv2 Series", 2, 0, 7, "0.146"),
    row("Standard_DS3_v2", "DSv2 Series", 4, 0, 14, "0.293"),
    row("Standard_DS4_v2", "DSv2 Series", 8, 0, 28, "0.585"),
    row("Standard_DS11_v2", "DSv2 Series", 2, 0, 14, "0.185"),
    row("Standard_DS12_v2", "DSv2 Series", 4, 0, 28, "0.37"),
    row("Standard_D2s_v3", "DSv3 Series", 2, 0, 8, "0.096"),
    row("Standard_D4s_v3", "DSv3 Series", 4, 0, 16, "0.192"),
    row("Standard_D8s_v3", "DSv3 Series", 8, 0, 32, "0.384"),
    row("Standard_D16s_v3", "DSv3 Series", 16, 0, 64, "0.768"),
    row("Standard_E4s_v3", "ESv3 Series", 4, 0, 32, "0.252"),
    row("Standard_E8s_v3", "ESv3 Series", 8, 0, 64, "0.504"),
    row("Standard_E16s_v3", "ESv3 Series", 16, 0, 128, "1.008"),
    row("Standard_F4s_v2", "FSv2 Series", 4, 0, 8, "0.169"),
    row("Standard_F8s_v2", "FSv2 Series", 8, 0, 16, "0.338"),
    row("Standard_F16s_v2", "FSv2 Series", 16, 0, 32, "0.677"),
    row(
        "Standard_NC4as_T4_v3",
        "NCasT4_v3 Series",
        4,
        1,
        28,
        "0.526",
    ),
    row(
        "Standard_NC8as_T4_v3",
        "NCasT4_v3 Series",
        8,
        1,
        56,
        "0.752",
    ),
    row(
        "Standard_NC16as_T4_v3",
        "NCasT4_v3 Series",
        16,
        1,
        110,
        "1.204",
    ),
    row(
        "Standard_NC64as_T4_v3",
        "NCasT4_v3 Series",
        64,
        4,
        440,
        "4.352",
    ),
    row("Standard_NC6", "NC Series", 6, 1, 56, "0.9"),
    row("Standard_NC6s_v3", "NCSv3 Series", 6, 1, 112, "3.06"),
    row("Standard_NC12s_v3", "NCSv3 Series", 12, 2, 224, "6.12"),
    row("Standard_NC24s_v3", "NCSv3 Series", 24, 4, 448, "12.24"),
    row(
        "Standard_NV36ads_A10_v5",
        "NVadsA10v5 Series",
        36,
        1,
        440,
        "3.2",
    ),
    row(
        "Standard_NC24ads_A100_v4",
        "NCads A100 v4 Series",
        24,
        1,
        220,
        "3.673",
    ),
    row(
        "Standard_NC48ads_A100_v4",
        "NCads A100 v4 Series",
        48,
        2,
        440,
        "7.346",
    ),
    row(
        "Standard_NC96ads_A100_v4",
        "NCads A100 v4 Series",
        96,
        4,
        880,
        "14.692",
    ),
    row(
        "Standard_NC40ads_H100_v5",
        "NCadsH100v5 Series",
        40,
        1,
        320,
        "6.98",
    ),
    row(
        "Standard_ND96asr_v4",
        "NDasrA100_v4 Series",
        96,
        8,
        900,
        "27.197",
    ),
    row(
        "Standard_ND96amsr_A100_v4",
        "NDamsrA100_v4 Series",
        96,
        8,
        1900,
        "32.77",
    ),
    row(
        "Standard_ND96isr_H100_v5",
        "NDsrH100v5 Series",
        96,
        8,
        1900,
        "98.32",
    ),
];

/// The built-in size of that name, in any case.
pub fn size(name: &str) -> Option<&'static Size> {
    SIZES
        .iter()
        .find(|size| size.name.eq_ignore_ascii_case(name))
}

/// How a region's prices compare with eastus, in hundredths.
pub(crate) fn region_percent(region: &str) -> i64 {
    match region.to_ascii_lowercase().as_str() {
        "northeurope" => 111,
        "westeurope" | "germanywestcentral" | "francecentral" => 120,
        "uksouth" => 121,
        "swedencentral" => 106,
        "centralindia" => 105,
        "southeastasia" => 125,
        "southcentralus" => 120,
        _ => 100,
    }
}

/// A region as the price API's `location` column names it.
pub fn region_title(region: &str) -> &str {
    match region {
        "eastus" => "US East",
        "eastus2" => "US East 2",
        "westus2" => "US West 2",
        "southcentralus" => "US South Central",
        "westeurope" => "EU West",
        "northeurope" => "EU North",
        "germanywestcentral" => "DE West Central",
        "francecentral" => "FR Central",
        "swedencentral" => "SE Central",
        "uksouth" => "UK South",
        "centralindia" => "IN Central",
        "southeastasia" => "AP Southeast",
        other => other,
    }
}
