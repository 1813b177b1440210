//! VM sizes of a region, with Azure's estimated prices.

use super::answer::Answer;
use super::call::Call;
use super::lookup::subscription_of;
use super::numbers::number;
use super::stage::Stage;
use crate::fleet::sizes::SIZES;
use crate::kinds::compute_type::ComputeType;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Every built-in size, with its price where the region has one.
pub(super) fn answer(call: &Call, stage: &Stage) -> Result<Answer, Answer> {
    subscription_of(call, &stage.world)?;
    let region = call.lower.get(5).map_or("", String::as_str);
    let now = stage.world.now();
    let sizes: Vec<Value> = SIZES
        .iter()
        .map(|size| {
            let linux = stage.world.prices.at(size.name, region, now);
            let row = |os: &str, tier: &str, hundredths: i64| {
                // Azure rounds these to cents.
                let price = linux.map(|linux| number((linux * Decimal::new(hundredths, 2)).round_dp(2)));
                json!({"retailPrice": price, "osType": os, "vmTier": tier})
            };
            json!({
                "name": size.name,
                "family": format!("standard{}Family", size.series.split(' ').next().unwrap_or_default()),
                "vCPUs": size.vcpus,
                "gpus": size.gpus,
                "osVhdSizeMB": 1_047_552,
                "maxResourceVolumeMB": size.memory_gb * 2_048,
                "memoryGB": size.memory_gb,
                "lowPriorityCapable": true,
                "premiumIO": true,
                "estimatedVMPrices": linux.map(|_| json!({
                    "billingCurrency": stage.world.fleet.currency,
                    "unitOfMeasure": "OneHour",
                    "values": [
                        row("Windows", "Standard", 173), row("Linux", "LowPriority", 20),
                        row("Linux", "Standard", 100), row("Windows", "LowPriority", 69),
                    ],
                })),
                "supportedComputeTypes": ComputeType::OF_ANY_SIZE.map(ComputeType::as_str),
            })
        })
        .collect();
    Ok(Answer::json(&json!({"value": sizes})))
}
