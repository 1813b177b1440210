//! A managed cluster on a bill.

use crate::kinds::bill::{BillRow, OnBill};

/// Its control plane is billed under its own id, its nodes as scale sets in a resource group of its own.
pub fn on_bill(row: &BillRow<'_>) -> Option<OnBill> {
    let own = row.named("/providers/microsoft.containerservice/managedclusters/");
    let group = || row.named("/resourcegroups/").map(OnBill::In);
    own.map(OnBill::One).or_else(group)
}

/// Whether an ARM id, lower case, is that of a scale set, or of a machine of one.
pub fn is_scale_set(resource: &str) -> bool {
    resource.contains("/providers/microsoft.compute/virtualmachinescalesets/")
}
