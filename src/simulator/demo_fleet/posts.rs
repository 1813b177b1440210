//! The demo's organisation as a table: who sits where, with which machine, habit and tags.

use chrono_tz::Tz;

pub(super) struct Group {
    pub subscription: &'static str,
    pub name: &'static str,
    pub tags: &'static [(&'static str, &'static str)],
    pub workspaces: &'static [Place],
}

/// A workspace and where its people live.
pub(super) struct Place {
    pub name: &'static str,
    pub region: &'static str,
    pub zone: Tz,
    /// Minutes by which the day there begins and ends later than elsewhere.
    pub day_shift: u16,
    pub tags: &'static [(&'static str, &'static str)],
    pub posts: &'static [Post],
}

/// A machine and the person who made it.
pub(super) struct Post {
    pub name: &'static str,
    pub size: &'static str,
    pub habit: Habit,
    pub tags: &'static [(&'static str, &'static str)],
    pub extra: Extra,
}

#[derive(Clone, Copy)]
pub(super) enum Habit {
    /// Never stops a machine.
    Forgets,
    /// The same, and trains through the night.
    ForgetsWithNights,
    /// Stops it on most days.
    Sometimes,
    SometimesWithNights,
    /// Always stops it on leaving.
    Careful,
    /// Gone by five, and often leaves it on.
    EarlyLeaver,
    /// There until noon, and leaves it on.
    Mornings,
    /// A pipeline of the night.
    Nights,
    /// A pipeline at any hour.
    AllDay,
}

#[derive(Clone, Copy)]
pub(super) enum Extra {
    Nothing,
    /// Azure's idle timer.
    IdleTimer(&'static str),
    NativeStop {
        cron: &'static str,
        zone: &'static str,
    },
    /// Azure's own schedule for working days, full hours.
    NativeDays {
        start: u32,
        stop: u32,
        zone: &'static str,
    },
}

type Tags = &'static [(&'static str, &'static str)];

const fn post(name: &'static str, size: &'static str, habit: Habit, tags: Tags) -> Post {
    Post {
        name,
        size,
        habit,
        tags,
        extra: Extra::Nothing,
    }
}

const fn with(post: Post, extra: Extra) -> Post {
    Post { extra, ..post }
}

use Habit::{
    AllDay, Careful, EarlyLeaver, Forgets, ForgetsWithNights, Mornings, Nights, Sometimes,
    SometimesWithNights,
};

const LISBON_STOP: (&str, &str) = ("lamp-schedule", "stop daily 19:00 Europe/Lisbon");
const STOP_ONLY: (&str, &str) = ("lamp-mode", "stop-only");

const LISBON_NLP: Place = Place {
    name: "ml-lisbon-nlp",
    region: "northeurope",
    zone: Tz::Europe__Lisbon,
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon"),
        ("lamp-schedule.ci-rita", "stop daily 19:00 Europe/Lisbon"),
        ("lamp-mode.ci-tomas", "stop-only"),
        ("owner", "nlp-team@example.org"),
    ],
    posts: &[
        post(
            "ci-ana",
            "Standard_DS3_v2",
            Forgets,
            &[("owner", "ana@example.org")],
        ),
        post(
            "ci-bruno",
            "Standard_D8s_v3",
            ForgetsWithNights,
            &[("owner", "bruno@example.org")],
        ),
        post("ci-carla", "Standard_E4s_v3", Forgets, &[]),
        post("ci-duarte", "Standard_NC6s_v3", ForgetsWithNights, &[]),
        post("ci-rita", "Standard_DS3_v2", Careful, &[]),
        post("ci-tomas", "Standard_D4s_v3", Sometimes, &[]),
        post("ci-sofia", "Standard_E8s_v3", Careful, &[LISBON_STOP]),
        post(
            "ci-vasco",
            "Standard_DS12_v2",
            Forgets,
            &[("lamp-hold", "on until 2026-10-23 20:00")],
        ),
        post("ci-marta", "Standard_NC4as_T4_v3", ForgetsWithNights, &[]),
        post(
            "ci-nuno",
            "Standard_D4s_v3",
            Forgets,
            &[(
                "lamp-schedule",
                "Mon-Fri 08:00-12:30, 13:30-19:00 Europe/Lisbon",
            )],
        ),
    ],
};

const LISBON_VISION: Place = Place {
    name: "ml-lisbon-vision",
    region: "northeurope",
    zone: Tz::Europe__Lisbon,
    day_shift: 0,
    tags: &[("owner", "vision-team@example.org")],
    posts: &[
        post(
            "ci-beatriz",
            "Standard_NC12s_v3",
            ForgetsWithNights,
            &[("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon")],
        ),
        post(
            "ci-diogo",
            "Standard_NC24ads_A100_v4",
            SometimesWithNights,
            &[LISBON_STOP],
        ),
        post("ci-filipa", "Standard_NC6s_v3", Sometimes, &[LISBON_STOP]),
        post(
            "ci-goncalo",
            "Standard_NC16as_T4_v3",
            Forgets,
            &[
                ("lamp-schedule", "Mon-Fri 08:00-20:00 Europe/Lisbon"),
                STOP_ONLY,
            ],
        ),
        post("ci-helena", "Standard_NC8as_T4_v3", Careful, &[LISBON_STOP]),
        post(
            "ci-ines",
            "Standard_DS3_v2",
            Mornings,
            &[("lamp-schedule", "never")],
        ),
        post(
            "ci-labels",
            "Standard_D2s_v3",
            AllDay,
            &[("lamp-schedule", "always")],
        ),
        post(
            "ci-joao",
            "Standard_NV36ads_A10_v5",
            Forgets,
            &[
                ("lamp-schedule", "Mon-Fri 08:30-18:30 Europe/Lisbon"),
                ("lamp-mode", "dry-run"),
            ],
        ),
    ],
};

const BERLIN_SENSORS: Place = Place {
    name: "ml-berlin-sensors",
    region: "germanywestcentral",
    zone: Tz::Europe__Berlin,
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "Mon-Fri 07:30-18:30 Europe/Berlin"),
        ("lamp-schedule.ci-heike", "stop daily 18:30 Europe/Berlin"),
        ("owner", "sensors@example.org"),
    ],
    posts: &[
        post("ci-anke", "Standard_DS3_v2", Forgets, &[]),
        post("ci-bernd", "Standard_D8s_v3", Forgets, &[]),
        post("ci-heike", "Standard_E4s_v3", Careful, &[]),
        post(
            "ci-jan",
            "Standard_NC6s_v3",
            ForgetsWithNights,
            &[("owner", "jan@example.org")],
        ),
        post("ci-lena", "Standard_E16s_v3", Forgets, &[]),
        // The one wrong tag.
        post(
            "ci-mirko",
            "Standard_D16s_v3",
            Forgets,
            &[("lamp-schedule", "Mon-Fry 08:00-19:00")],
        ),
        with(
            post("ci-olaf", "Standard_DS4_v2", Forgets, &[STOP_ONLY]),
            Extra::NativeDays {
                start: 7,
                stop: 20,
                zone: "W. Europe Standard Time",
            },
        ),
        post(
            "ci-petra",
            "Standard_NC24s_v3",
            SometimesWithNights,
            &[("lamp-schedule", "stop daily 18:30 Europe/Berlin")],
        ),
        post(
            "ci-nightly",
            "Standard_F16s_v2",
            Nights,
            &[("lamp-schedule", "daily 22:00-06:00 Europe/Berlin")],
        ),
    ],
};

const NEWYORK_RISK: Place = Place {
    name: "ml-newyork-risk",
    region: "eastus",
    zone: Tz::America__New_York,
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

const NEWYORK_LLM: Place = Place {
    name: "ml-newyork-llm",
    region: "eastus",
    zone: Tz::America__New_York,
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

const KOLKATA_DEMAND: Place = Place {
    name: "ml-kolkata-demand",
    region: "centralindia",
    zone: Tz::Asia__Kolkata,
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

const KOLKATA_BATCH: Place = Place {
    name: "ml-kolkata-batch",
    region: "centralindia",
    zone: Tz::Asia__Kolkata,
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

/// Nobody here has written a tag yet.
const BERLIN_SANDBOX: Place = Place {
    name: "ml-berlin-sandbox",
    region: "germanywestcentral",
    zone: Tz::Europe__Berlin,
    day_shift: 0,
    tags: &[],
    posts: &[
        post("ci-felix", "Standard_DS3_v2", Forgets, &[]),
        post("ci-greta", "Standard_D4s_v3", Sometimes, &[]),
        post("ci-ida", "Standard_NC6s_v3", Careful, &[]),
        post("ci-kurt", "Standard_DS2_v2", Forgets, &[]),
        post("ci-nele", "Standard_E4s_v3", Sometimes, &[]),
        with(
            post("ci-otto", "Standard_F4s_v2", EarlyLeaver, &[]),
            Extra::IdleTimer("PT2H"),
        ),
    ],
};

pub(super) const GROUPS: &[Group] = &[
    Group {
        subscription: "Research",
        name: "rg-research-lisbon",
        tags: &[("cost-centre", "4711")],
        workspaces: &[LISBON_NLP, LISBON_VISION],
    },
    Group {
        subscription: "Research",
        name: "rg-research-berlin",
        tags: &[("cost-centre", "4712")],
        workspaces: &[BERLIN_SENSORS],
    },
    Group {
        subscription: "Trading Analytics",
        name: "rg-analytics-newyork",
        tags: &[("cost-centre", "8100")],
        workspaces: &[NEWYORK_RISK, NEWYORK_LLM],
    },
    Group {
        subscription: "Operations",
        name: "rg-ops-kolkata",
        tags: &[
            ("lamp-schedule", "Mon-Fri 09:00-20:00 Asia/Kolkata"),
            ("cost-centre", "9001"),
        ],
        workspaces: &[KOLKATA_DEMAND, KOLKATA_BATCH],
    },
    Group {
        subscription: "Operations",
        name: "rg-ops-sandbox",
        tags: &[],
        workspaces: &[BERLIN_SANDBOX],
    },
];
