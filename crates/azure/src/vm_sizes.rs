//! The sizes of a region, with Azure's own estimate of their price (rounded to cents).

use super::arm::Arm;
use super::error::AzureError;
use super::paging::Listing;
use lamplighter_core::kinds::base;
use rust_decimal::Decimal;
use serde_json::Value;
use tokio::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmSize {
    pub name: String,
    /// Linux at the standard tier, for one hour, with its currency; `None` where there is not exactly one.
    pub linux_price: Option<(Decimal, String)>,
}

impl Arm {
    /// Every size that Azure Machine Learning offers in a region.
    pub async fn vm_sizes(
        &self,
        subscription: &str,
        region: &str,
        deadline: Instant,
    ) -> Result<Listing<VmSize>, AzureError> {
        let call = self.wire(&base::vm_sizes(subscription, region));
        self.list(call, deadline, read).await
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a size without a name")]
struct Nameless;

fn read(item: &Value) -> Result<VmSize, Nameless> {
    let name = item["name"].as_str().ok_or(Nameless)?;
    Ok(VmSize {
        name: name.to_string(),
        linux_price: linux_price(&item["estimatedVMPrices"]),
    })
}

fn linux_price(prices: &Value) -> Option<(Decimal, String)> {
    let currency = prices["billingCurrency"].as_str()?;
    if prices["unitOfMeasure"] != "OneHour" {
        return None;
    }
    let rows = prices["values"].as_array()?.iter();
    let mut linux = rows.filter(|row| row["osType"] == "Linux" && row["vmTier"] == "Standard");
    let (Some(row), None) = (linux.next(), linux.next()) else {
        return None;
    };
    let amount = row["retailPrice"].as_number()?.to_string();
    let amount = Decimal::from_str_exact(&amount).ok()?;
    (amount > Decimal::ZERO).then(|| (amount, currency.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_one_linux_price_of_the_standard_tier_counts() {
        let row = |os: &str, tier: &str, price: f64| json!({"retailPrice": price, "osType": os, "vmTier": tier});
        let of = |unit: &str, rows: Value| {
            let prices = json!({"billingCurrency": "USD", "unitOfMeasure": unit, "values": rows});
            let size = read(&json!({"name": "Standard_A1", "estimatedVMPrices": prices}));
            size.expect("a size")
                .linux_price
                .map(|(amount, _)| amount.to_string())
        };
        let all = json!([
            row("Windows", "Standard", 0.13),
            row("Linux", "LowPriority", 0.01),
            row("Linux", "Standard", 0.07)
        ]);
        assert_eq!(of("OneHour", all.clone()).as_deref(), Some("0.07"));
        assert_eq!(of("OneMonth", all), None);
        let two = json!([
            row("Linux", "Standard", 0.07),
            row("Linux", "Standard", 0.08)
        ]);
        assert_eq!(of("OneHour", two), None);
        assert_eq!(of("OneHour", json!([row("Linux", "Standard", 0.0)])), None);
        assert_eq!(
            read(&json!({"name": "a"})).expect("a size").linux_price,
            None
        );
        assert!(read(&json!({})).is_err());
    }
}
