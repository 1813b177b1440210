//! What the demo's tables are made of: who sits where, with which instance, habit and tags.

/// Names and values of tags.
pub(super) type Tags = &'static [(&'static str, &'static str)];

/// A resource group and its workspaces. Groups that name one subscription are in one.
pub(super) struct DemoGroup {
    pub subscription: &'static str,
    pub name: &'static str,
    pub tags: Tags,
    pub workspaces: &'static [Office],
}

/// A workspace and where its people live.
pub(super) struct Office {
    pub name: &'static str,
    pub region: &'static str,
    pub zone: &'static str,
    /// Minutes by which the day there begins and ends later than elsewhere.
    pub day_shift: u16,
    pub tags: Tags,
    pub posts: &'static [Post],
}

/// An instance and the person who made it.
pub(super) struct Post {
    pub name: &'static str,
    pub size: &'static str,
    pub habit: Habit,
    pub tags: Tags,
    pub extra: Extra,
}

/// How somebody treats their instance.
#[derive(Clone, Copy)]
pub(super) enum Habit {
    /// Never stops an instance.
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

/// What of Azure's own an instance has.
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

/// A post without anything of Azure's own.
pub(super) const fn post(name: &'static str, size: &'static str, habit: Habit, tags: Tags) -> Post {
    Post {
        name,
        size,
        habit,
        tags,
        extra: Extra::Nothing,
    }
}

/// The same with something of Azure's own.
pub(super) const fn with(post: Post, extra: Extra) -> Post {
    Post { extra, ..post }
}
