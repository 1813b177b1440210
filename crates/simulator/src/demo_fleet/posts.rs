//! The demo's organisation as a table: who sits where, with which machine, habit and tags.

mod elsewhere;
mod europe;

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

pub(super) const GROUPS: &[Group] = &[
    Group {
        subscription: "Research",
        name: "rg-research-lisbon",
        tags: &[("cost-centre", "4711")],
        workspaces: &[europe::LISBON_NLP, europe::LISBON_VISION],
    },
    Group {
        subscription: "Research",
        name: "rg-research-berlin",
        tags: &[("cost-centre", "4712")],
        workspaces: &[europe::BERLIN_SENSORS],
    },
    Group {
        subscription: "Trading Analytics",
        name: "rg-analytics-newyork",
        tags: &[("cost-centre", "8100")],
        workspaces: &[elsewhere::NEWYORK_RISK, elsewhere::NEWYORK_LLM],
    },
    Group {
        subscription: "Operations",
        name: "rg-ops-kolkata",
        tags: &[
            ("lamp-schedule", "Mon-Fri 09:00-20:00 Asia/Kolkata"),
            ("cost-centre", "9001"),
        ],
        workspaces: &[elsewhere::KOLKATA_DEMAND, elsewhere::KOLKATA_BATCH],
    },
    Group {
        subscription: "Operations",
        name: "rg-ops-sandbox",
        tags: &[],
        workspaces: &[europe::BERLIN_SANDBOX],
    },
];
