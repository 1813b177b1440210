//! What holds machines in an account of Foundry, in words. Nothing here is ours to stop, so a command is named that a
//! person may give.

use crate::kinds::Kind;
use crate::kinds::workbench::names::POOLS;
use crate::kinds::workbench::room::{Held, Pools};
use crate::observe::{FoundryVersion, Tariff, without_tariff};
use crate::record::{InventoryItem, Resource};
use chrono::{DateTime, Utc};

/// A model on accelerators of its own, in our words.
const HELD: &str = "managedComputeDeployment";

fn resource((id, name): (&str, &str), kind: &str, (account, account_id): (&str, &str)) -> Resource {
    let (id, decides) = (id.to_lowercase(), account_id.to_lowercase());
    let within = id.starts_with(&format!("{decides}/"));
    Resource {
        decided_in: (!within).then_some(decides),
        id,
        kind: Kind::Other(kind.to_owned()),
        name: name.to_owned(),
        workspace: account.to_owned(),
        owner: None,
        vm_size: None,
        location: None,
        billed_in: None,
        tags: Default::default(),
    }
}

fn delete(id: &str) -> String {
    let version = FoundryVersion::default();
    format!(
        "where nobody needs it: az rest --method delete --url \"https://management.azure.com{id}?api-version={version}\""
    )
}

/// A Foundry compute on whose pools no machine that runs and no model has room. `place`: its account's name and ARM id;
/// `stopped`: how many stopped ones have; `since`: when that was first found, and has been found ever since.
pub fn pools(
    pools: &Pools,
    place: (&str, &str),
    stopped: usize,
    since: DateTime<Utc>,
) -> InventoryItem {
    let each = pools.nodes.iter().map(|(count, size)| {
        let (size, tariff) = without_tariff(size);
        let spot = if tariff == Tariff::Spot { ", spot" } else { "" };
        format!("{count} node(s) of {size}{spot}")
    });
    let each: Vec<String> = each.collect();
    InventoryItem {
        resource: Resource {
            owner: pools.owner.clone(),
            location: pools.location.clone(),
            ..resource((&pools.id, &pools.name), POOLS, place)
        },
        count: Some(pools.count()),
        price: None,
        since: Some(since),
        requests: None,
        text: format!(
            "{}: no workbench that runs and no model has room on them; what they cost is estimated from the list price of \
             their sizes",
            each.join(", ")
        ),
        remedy: match stopped {
            0 => delete(&pools.id),
            _ => format!(
                "none while {stopped} stopped workbench(es) have room there: they may be started again"
            ),
        },
    }
}

/// A model that holds accelerators all day.
pub fn held(held: &Held, place: (&str, &str), owner: Option<String>) -> InventoryItem {
    let of_type = held.of_type.as_deref().unwrap_or("accelerator(s)");
    let exists = held.since.map_or_else(String::new, |since| {
        format!(", which exists since {}", since.format("%Y-%m-%d"))
    });
    let how_many = held.accelerators.map_or_else(
        || "how many accelerators it holds is not shown".to_owned(),
        |count| format!("it holds {count} {of_type} all day"),
    );
    InventoryItem {
        resource: Resource {
            owner,
            ..resource((&held.id, &held.name), HELD, place)
        },
        count: held.instances,
        price: None,
        // Whether anybody asks it is not known.
        since: None,
        requests: None,
        text: format!(
            "a model on machines of its own{exists}: {how_many}, asked or not; Azure has no stop for it, and publishes no price"
        ),
        remedy: delete(&held.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_names_its_nodes_and_the_command_and_never_a_tag() {
        let id =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/Team";
        let gpu = Pools {
            id: format!("{id}/computes/gpu"),
            name: "gpu".into(),
            location: None,
            owner: Some("ana".into()),
            nodes: vec![(2, "Standard_A".into()), (1, "Standard_B.spot".into())],
        };
        let item = pools(&gpu, ("Team", id), 0, DateTime::UNIX_EPOCH);
        assert_eq!((item.count, item.resource.decided_in), (Some(3), None));
        assert!(
            item.text
                .starts_with("2 node(s) of Standard_A, 1 node(s) of Standard_B, spot:"),
            "{}",
            item.text
        );
        assert!(
            item.remedy.contains("/computes/gpu?api-version=") && !item.remedy.contains("lamp-")
        );
        // What is to be started again in the morning has room there: nobody is told to delete it.
        let at_night = pools(&gpu, ("Team", id), 2, DateTime::UNIX_EPOCH);
        assert!(at_night.remedy.contains("2 stopped") && !at_night.remedy.contains("delete"));
    }
}
