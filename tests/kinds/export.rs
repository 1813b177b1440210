//! The simulator's bill as a Cost Management export, with a row a day for each thing that is charged for.

use lamplighter_simulator::Simulator;
use lamplighter_simulator::world::{Bill, OtherBill};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How exports write the tags of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TagForm {
    /// Without braces, as Enterprise Agreements have them.
    Enterprise,
    Json,
    /// The export has no such column.
    None,
}

/// What was used of one thing up to an instant.
#[derive(Clone, Default)]
struct Used {
    row: Named,
    seconds: i64,
    cost: Decimal,
}

/// How a row names it.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    resource: String,
    category: &'static str,
    meter: String,
    /// Endpoint and deployment.
    tags: Option<(String, String)>,
}

/// The simulator's bill at the beginning and end of days.
pub struct Export {
    form: TagForm,
    before: BTreeMap<String, Used>,
    rows: Vec<String>,
    /// What rows of machines come to, by ARM id in lower case: hours and cost.
    pub billed: BTreeMap<String, (Decimal, Decimal)>,
}

impl Export {
    pub fn begin(simulator: &Simulator, form: TagForm) -> Export {
        Export {
            form,
            before: used(&simulator.bill()),
            rows: Vec::new(),
            billed: BTreeMap::new(),
        }
    }

    /// Adds the rows of a day that is over now.
    pub fn day(&mut self, simulator: &Simulator, date: &str) {
        let now = used(&simulator.bill());
        for (key, used) in &now {
            let before = self.before.get(key).cloned().unwrap_or_default();
            let hours = Decimal::from(used.seconds - before.seconds) / Decimal::from(3600);
            let cost = used.cost - before.cost;
            if hours.is_zero() && cost.is_zero() {
                continue;
            }
            let named = &used.row;
            if named.category == "Virtual Machines" {
                let id = key.split('|').next().expect("an id").to_owned();
                let of = self.billed.entry(id).or_default();
                *of = (of.0 + hours, of.1 + cost);
            }
            let Named {
                resource,
                category,
                meter,
                ..
            } = named;
            let tags = self.tags(named);
            self.rows.push(format!(
                "{date},{resource},{category},{meter},{hours},1 Hour,{cost},USD,Usage,OnDemand{tags}"
            ));
        }
        self.before = now;
    }

    fn tags(&self, named: &Named) -> String {
        let own = named.tags.as_ref().map(|(endpoint, deployment)| {
            format!("\"\"azuremlendpoint\"\":\"\"{endpoint}\"\",\"\"azuremldeployment\"\":\"\"{deployment}\"\"")
        });
        match (self.form, own) {
            (TagForm::None, _) => String::new(),
            (_, None) => ",".into(),
            (TagForm::Enterprise, Some(tags)) => format!(",\"{}\"", tags.replace(":", ": ")),
            (TagForm::Json, Some(tags)) => format!(",\"{{{tags}}}\""),
        }
    }

    pub fn csv(&self) -> String {
        let mut head =
            "date,resourceId,meterCategory,meterName,quantity,unitOfMeasure,costInBillingCurrency,\
                        billingCurrency,chargeType,pricingModel"
                .to_owned();
        if self.form != TagForm::None {
            head += ",tags";
        }
        format!("{head}\r\n{}\r\n", self.rows.join("\r\n"))
    }
}

/// Everything on the bill, by ARM id in lower case and line.
fn used(bill: &Bill) -> BTreeMap<String, Used> {
    let mut all = BTreeMap::new();
    for one in &bill.instances {
        let row = Named {
            resource: one.id.clone(),
            category: "Virtual Machines",
            meter: one.vm_size.clone(),
            tags: None,
        };
        let used = Used {
            row,
            seconds: one.billed_seconds,
            cost: one.cost.expect("a price"),
        };
        all.insert(one.id.to_lowercase(), used);
    }
    for one in &bill.others {
        for (number, line) in one.lines.iter().enumerate() {
            let used = Used {
                row: named(one, number),
                seconds: line.unit_seconds,
                cost: line.cost.expect("a price"),
            };
            all.insert(format!("{}|{number}", one.id.to_lowercase()), used);
        }
    }
    all
}

/// How Azure's bill names a line, as far as that is written down; a cluster's by its own id.
fn named(one: &OtherBill, number: usize) -> Named {
    let line = &one.lines[number];
    let part = |index: usize| one.id.split('/').nth(index).expect("a part of an ARM id");
    let size = line.vm_size.clone().unwrap_or_default();
    let plain = |resource: String, category: &'static str| Named {
        resource,
        category,
        meter: size.clone(),
        tags: None,
    };
    let managed = || {
        format!(
            "/subscriptions/{}/resourceGroups/MC_{}_{}_{}/providers",
            part(2),
            part(4),
            part(8),
            line.region
        )
    };
    match (one.kind.as_str(), line.what.as_str()) {
        ("deployment", _) => Named {
            tags: Some((part(10).to_owned(), part(12).to_owned())),
            ..plain(
                one.id
                    .split("/onlineEndpoints/")
                    .next()
                    .expect("a workspace")
                    .to_owned(),
                "Virtual Machines",
            )
        },
        ("aks", "nodes") => plain(
            format!(
                "{}/Microsoft.Compute/virtualMachineScaleSets/aks-pool{number}-31415926-vmss",
                managed()
            ),
            "Virtual Machines",
        ),
        ("aks", "control plane") => plain(one.id.clone(), "Azure Kubernetes Service"),
        ("aks", _) => plain(
            format!("{}/Microsoft.Network/loadBalancers/kubernetes", managed()),
            "Load Balancer",
        ),
        ("vm", "disk") => plain(
            format!(
                "{}_disk{number}",
                one.id.replace("/virtualMachines/", "/disks/")
            ),
            "Storage",
        ),
        (_, "load balancer") => plain(one.id.clone(), "Load Balancer"),
        _ => plain(one.id.clone(), "Virtual Machines"),
    }
}
