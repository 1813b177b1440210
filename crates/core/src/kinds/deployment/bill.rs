//! A deployment on a bill.

use crate::kinds::bill::{BillRow, OnBill};

/// Azure bills it on the workspace, and tells it apart by these tags.
const ENDPOINT: &str = "azuremlendpoint";
const DEPLOYMENT: &str = "azuremldeployment";

const BELOW_WORKSPACE: &str = "/onlineendpoints/";
const BELOW_ENDPOINT: &str = "/deployments/";

/// ```
/// use lamplighter_core::kinds::{BillRow, Kind, OnBill};
///
/// let workspace = "/subscriptions/s/resourcegroups/g/providers/microsoft.machinelearningservices/workspaces/w";
/// let tag = |name: &str| (name == "azuremlendpoint").then(|| "Score".to_owned());
/// let row = BillRow { resource: workspace, tag: &tag };
/// let deployment = Kind::Deployment.known().ok_or("not known")?;
/// let endpoint = format!("{workspace}/onlineendpoints/score");
/// assert_eq!(deployment.on_bill(&row), Some(OnBill::Below(endpoint.clone())));
/// let both = |name: &str| Some(name.trim_start_matches("azureml").to_owned());
/// let row = BillRow { resource: workspace, tag: &both };
/// let one = format!("{workspace}/onlineendpoints/endpoint/deployments/deployment");
/// assert_eq!(deployment.on_bill(&row), Some(OnBill::One(one)));
/// let none = BillRow { resource: workspace, tag: &|_| None };
/// assert_eq!(deployment.on_bill(&none), None);
/// # Ok::<(), &str>(())
/// ```
pub fn on_bill(row: &BillRow<'_>) -> Option<OnBill> {
    if let Some(endpoint) = row.named(BELOW_WORKSPACE) {
        let one = row.named(BELOW_ENDPOINT);
        return Some(one.map_or(OnBill::Below(endpoint), OnBill::One));
    }
    // Of the workspace itself, and of nothing in it.
    let workspace = row.named("/workspaces/")?;
    if workspace != row.resource {
        return None;
    }
    let endpoint = (row.tag)(ENDPOINT).filter(|name| !name.is_empty())?;
    let endpoint = format!("{workspace}{BELOW_WORKSPACE}{}", endpoint.to_lowercase());
    let one = (row.tag)(DEPLOYMENT).filter(|name| !name.is_empty());
    Some(match one {
        Some(name) => OnBill::One(format!("{endpoint}{BELOW_ENDPOINT}{}", name.to_lowercase())),
        None => OnBill::Below(endpoint),
    })
}
