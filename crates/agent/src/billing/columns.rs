//! Which of a file's columns are which: exports of every agreement, and of FOCUS, have names of their own.

use super::error::BillError;
use csv::ByteRecord;
use std::borrow::Cow;

pub(super) const DATE: usize = 0;
pub(super) const RESOURCE: usize = 1;
pub(super) const CATEGORY: usize = 2;
pub(super) const QUANTITY: usize = 3;
pub(super) const COST: usize = 4;
pub(super) const CURRENCY: usize = 5;

/// The columns wanted, each by the names it has in exports, lower case; of two that a file has, the first named here.
const WANTED: [(&str, &[&str]); 6] = [
    (
        "Date",
        &["date", "usagedate", "usagedatetime", "chargeperiodstart"],
    ),
    ("ResourceId", &["resourceid", "instanceid", "instancename"]),
    (
        "MeterCategory",
        &["metercategory", "x_skumetercategory", "servicename"],
    ),
    (
        "Quantity",
        &["quantity", "usagequantity", "consumedquantity"],
    ),
    (
        "Cost",
        &[
            "costinbillingcurrency",
            "pretaxcost",
            "cost",
            "effectivecost",
            "billedcost",
        ],
    ),
    (
        "Currency",
        &["billingcurrencycode", "billingcurrency", "currency"],
    ),
];
const PRICING: &[&str] = &["pricingmodel", "commitmentdiscounttype"];
const TAGS: &[&str] = &["tags", "x_resourcetags"];
const CHARGE: &[&str] = &["chargetype", "chargecategory"];
const CLASS: &[&str] = &["chargeclass"];
const SUBSCRIPTION: &[&str] = &["subscriptionid", "subscriptionguid", "subaccountid"];
/// Dates beside that of the usage: in one file all are written alike.
const MORE_DATES: &[&str] = &[
    "billingperiodenddate",
    "billingperiodend",
    "billingperiodstartdate",
    "billingperiodstart",
    "chargeperiodend",
    "serviceperiodenddate",
    "serviceperiodstartdate",
    "exchangeratedate",
];

/// What is in the names of columns that say what was used, and not what it cost.
const PRODUCT: [&str; 3] = ["meter", "product", "sku"];
const MONEY: [&str; 3] = ["cost", "price", "rate"];

/// Where a file has what is wanted of it.
pub(super) struct Columns {
    wanted: [usize; 6],
    /// All of them, as the file calls them.
    names: Vec<String>,
    pub pricing: Option<usize>,
    /// Usage, or something else.
    pub charge: Option<usize>,
    pub class: Option<usize>,
    pub subscription: Option<usize>,
    pub tags: Option<usize>,
    /// Every column of dates.
    pub dates: Vec<usize>,
    /// What tells rows apart: all that was used, and nothing of money.
    pub identity: Vec<usize>,
}

impl Columns {
    pub fn find(header: &ByteRecord) -> Result<Columns, BillError> {
        let name = |column: &[u8]| {
            let name = String::from_utf8_lossy(column);
            name.trim().trim_start_matches('\u{feff}').trim().to_owned()
        };
        let names: Vec<String> = header.iter().map(name).collect();
        let place = |known: &[&str]| {
            known.iter().find_map(|known| {
                let mut names = names.iter();
                names.position(|name| name.eq_ignore_ascii_case(known))
            })
        };
        let mut wanted = [0; 6];
        for (index, (column, known)) in WANTED.into_iter().enumerate() {
            wanted[index] = place(known).ok_or_else(|| BillError::NoColumn {
                column,
                known_as: known.join(", "),
                found: names[..names.len().min(40)].join(", "),
            })?;
        }
        let more = MORE_DATES.iter().filter_map(|known| place(&[known]));
        let used = [DATE, RESOURCE, CATEGORY, QUANTITY].map(|index| wanted[index]);
        let more_used = [place(CHARGE), place(CLASS)].into_iter().flatten();
        let more_used = more_used.chain((0..names.len()).filter(|at| is_product(&names[*at])));
        Ok(Columns {
            identity: used.into_iter().chain(more_used).collect(),
            wanted,
            pricing: place(PRICING),
            charge: place(CHARGE),
            class: place(CLASS),
            subscription: place(SUBSCRIPTION),
            tags: place(TAGS),
            dates: [wanted[DATE]].into_iter().chain(more).collect(),
            names,
        })
    }

    /// Where one of the wanted columns is.
    pub fn place(&self, wanted: usize) -> usize {
        self.wanted[wanted]
    }

    /// What the file calls the column at a place.
    pub fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// What tells two kinds of exports apart.
    pub fn form(&self) -> String {
        self.names.join(",").to_lowercase()
    }
}

fn is_product(name: &str) -> bool {
    let name = name.to_lowercase();
    let has = |part: &str| name.contains(part);
    PRODUCT.into_iter().any(has) && !MONEY.into_iter().any(has)
}

/// A cell's text. What is not UTF-8 in it cannot be meant by anything that is looked for.
pub(super) fn text(record: &ByteRecord, place: usize) -> Cow<'_, str> {
    let cell = String::from_utf8_lossy(record.get(place).unwrap_or_default());
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
