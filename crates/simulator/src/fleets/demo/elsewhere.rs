//! New York and Kolkata.

use super::post::Habit::{
    AllDay, Careful, EarlyLeaver, Forgets, ForgetsWithNights, Nights, Sometimes,
    SometimesWithNights,
};
use super::post::{Extra, Office, post, with};

pub(super) const NEWYORK_RISK: Office = Office {
    name: "ml-newyork-risk",
    region: "eastus",
    zone: "America/New_York",
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "stop daily 19:00 America/New_York"),
        ("owner", "risk@example.org"),
    ],
    posts: &[
        post("ci-alice", "Standard_E8s_v3", Sometimes, &[]),
        post("ci-ben", "Standard_E16s_v3", Forgets, &[]),
        post("ci-chloe", "Standard_DS3_v2", Careful, &[]),
        post(
            "ci-dan",
            "Standard_D16s_v3",
            SometimesWithNights,
            &[("owner", "dan@example.org")],
        ),
        with(
            post("ci-ella", "Standard_DS4_v2", EarlyLeaver, &[]),
            Extra::IdleTimer("PT60M"),
        ),
        with(
            post("ci-frank", "Standard_NC6s_v3", EarlyLeaver, &[]),
            Extra::IdleTimer("PT30M"),
        ),
        post("ci-grace", "Standard_F8s_v2", Sometimes, &[]),
        with(
            post("ci-henry", "Standard_D8s_v3", EarlyLeaver, &[]),
            Extra::NativeStop {
                cron: "0 21 * * *",
                zone: "Eastern Standard Time",
            },
        ),
        post(
            "ci-iris",
            "Standard_NC8as_T4_v3",
            Forgets,
            &[
                ("lamp-schedule", "Mon-Fri 08:00-19:00 America/New_York"),
                ("lamp-idle", "2h"),
            ],
        ),
    ],
};

pub(super) const NEWYORK_LLM: Office = Office {
    name: "ml-newyork-llm",
    region: "eastus",
    zone: "America/New_York",
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "stop daily 19:00 America/New_York"),
        ("owner", "llm@example.org"),
    ],
    posts: &[
        post(
            "ci-jack",
            "Standard_ND96asr_v4",
            SometimesWithNights,
            &[("owner", "jack@example.org")],
        ),
        post("ci-kate", "Standard_NC96ads_A100_v4", Sometimes, &[]),
        post("ci-liam", "Standard_NC48ads_A100_v4", Careful, &[]),
        post(
            "ci-mona",
            "Standard_NC24ads_A100_v4",
            ForgetsWithNights,
            &[("lamp-schedule", "Mon-Fri 08:00-19:00 America/New_York")],
        ),
        post("ci-noah", "Standard_ND96asr_v4", ForgetsWithNights, &[]),
        post(
            "ci-serving",
            "Standard_NC40ads_H100_v5",
            AllDay,
            &[("lamp-schedule", "always")],
        ),
    ],
};

pub(super) const KOLKATA_DEMAND: Office = Office {
    name: "ml-kolkata-demand",
    region: "centralindia",
    zone: "Asia/Kolkata",
    day_shift: 60,
    tags: &[
        ("owner", "demand@example.org"),
        ("lamp-mode.ci-sunil", "stop-only"),
    ],
    posts: &[
        post("ci-amit", "Standard_DS3_v2", Forgets, &[]),
        post("ci-divya", "Standard_D8s_v3", ForgetsWithNights, &[]),
        post("ci-karan", "Standard_E4s_v3", Forgets, &[]),
        post(
            "ci-meera",
            "Standard_NC6s_v3",
            ForgetsWithNights,
            &[("owner", "meera@example.org")],
        ),
        post("ci-priya", "Standard_DS12_v2", Forgets, &[]),
        post(
            "ci-rahul",
            "Standard_D4s_v3",
            Careful,
            &[("lamp-schedule", "stop daily 20:00 Asia/Kolkata")],
        ),
        post("ci-sunil", "Standard_E8s_v3", Sometimes, &[]),
        post(
            "ci-tara",
            "Standard_NC4as_T4_v3",
            Forgets,
            &[("lamp-idle", "90m")],
        ),
    ],
};

pub(super) const KOLKATA_BATCH: Office = Office {
    name: "ml-kolkata-batch",
    region: "centralindia",
    zone: "Asia/Kolkata",
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "daily 22:00-06:00 Asia/Kolkata"),
        ("owner", "batch@example.org"),
    ],
    posts: &[
        post("ci-ingest", "Standard_F16s_v2", Nights, &[]),
        post("ci-features", "Standard_E16s_v3", Nights, &[]),
        post("ci-forecast", "Standard_NC12s_v3", Nights, &[]),
        post("ci-reports", "Standard_F8s_v2", Nights, &[]),
    ],
};
