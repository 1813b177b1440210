//! The demo's resource groups.

use super::post::DemoGroup;
use super::{elsewhere, europe};

/// All of them, in the order in which the fleet has them.
pub(super) const GROUPS: &[DemoGroup] = &[
    DemoGroup {
        subscription: "Research",
        name: "rg-research-lisbon",
        tags: &[("cost-centre", "4711")],
        workspaces: &[europe::LISBON_NLP, europe::LISBON_VISION],
    },
    DemoGroup {
        subscription: "Research",
        name: "rg-research-berlin",
        tags: &[("cost-centre", "4712")],
        workspaces: &[europe::BERLIN_SENSORS],
    },
    DemoGroup {
        subscription: "Trading Analytics",
        name: "rg-analytics-newyork",
        tags: &[("cost-centre", "8100")],
        workspaces: &[elsewhere::NEWYORK_RISK, elsewhere::NEWYORK_LLM],
    },
    DemoGroup {
        subscription: "Operations",
        name: "rg-ops-kolkata",
        tags: &[
            ("lamp-schedule", "Mon-Fri 09:00-20:00 Asia/Kolkata"),
            ("cost-centre", "9001"),
        ],
        workspaces: &[elsewhere::KOLKATA_DEMAND, elsewhere::KOLKATA_BATCH],
    },
    DemoGroup {
        subscription: "Operations",
        name: "rg-ops-sandbox",
        tags: &[],
        workspaces: &[europe::BERLIN_SANDBOX],
    },
];
