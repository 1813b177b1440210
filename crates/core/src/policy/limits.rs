//! What the platform may set: how long a lease lasts, what tags begin with, what a schedule or a calendar may be
//! called.

use std::ops::RangeInclusive;
use std::time::Duration;

/// What a lease may be.
pub const LEASES: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(7 * 86_400);

/// What a tag prefix must be, in words.
pub const TAG_PREFIX_FORM: &str = "1 to 64 characters that a tag's name may hold";

/// Whether tags can begin with this text.
///
/// ```
/// use lamplighter_core::policy::is_tag_prefix;
///
/// assert!(is_tag_prefix("lamp-"));
/// assert!(!is_tag_prefix("lamp/"));
/// ```
pub fn is_tag_prefix(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && may_stand_in_a_tag_name(text)
}

/// What a tag's whole name may be.
pub const TAG_NAME_FORM: &str = "a tag's name: 1 to 512 characters, none of them < > % & \\ ? /";

/// Whether Azure lets a tag have this name. One that it does not is on no resource, ever.
///
/// ```
/// use lamplighter_core::policy::is_tag_name;
///
/// assert!(is_tag_name("cost center") && is_tag_name("e-mail:owner"));
/// assert!(!is_tag_name("<>") && !is_tag_name(""));
/// ```
pub fn is_tag_name(text: &str) -> bool {
    (1..=512).contains(&text.chars().count()) && may_stand_in_a_tag_name(text)
}

fn may_stand_in_a_tag_name(text: &str) -> bool {
    !text.contains(|c: char| "<>%&\\?/".contains(c) || c.is_control())
}

/// Words that mean something else where a name may stand.
const TAKEN: [&str; 15] = [
    "always", "never", "none", "daily", "weekdays", "weekends", "start", "stop", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun",
];

/// Whether tags may call a schedule or a calendar by this name: a letter, then letters, digits, `-`, `_` or `.`, and
/// no word of the language.
///
/// ```
/// use lamplighter_core::policy::is_schedule_name;
///
/// assert!(is_schedule_name("office"));
/// assert!(!is_schedule_name("daily"));
/// ```
pub fn is_schedule_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    lower.starts_with(char::is_alphabetic)
        && lower.chars().all(fits)
        && lower.chars().count() <= 64
        && !TAKEN.contains(&lower.as_str())
}
