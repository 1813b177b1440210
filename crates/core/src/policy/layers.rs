//! The tags of one resource, read into its policy.

use super::applying::Applying;
use super::defaults::Defaults;
use super::layer::Layers;
use super::names::OWNER;
use super::reading::{Policy, Reading};
use super::target::{Subject, Target};
use super::{count, hold, holidays, idle, schedule, simple};

/// Reads the tags of one resource. Never fails: what cannot be read stands in [`Reading::errors`].
///
/// The nearest layer rules, tag by tag:
///
/// ```
/// use lamplighter_core::policy::{self, Defaults, Layer, Layers};
/// use lamplighter_core::observe::Tags;
///
/// let own = Tags::from([("lamp-idle".into(), "60m".into())]);
/// let workspace = Tags::from([
///     ("lamp-idle".into(), "2h".into()),
///     ("lamp-schedule.gpu-1".into(), "Mon-Fri 08:00-19:00".into()),
/// ]);
/// let layers = Layers {
///     compute_name: "gpu-1",
///     compute: &own,
///     workspace: &workspace,
///     resource_group: &Tags::new(),
/// };
/// let policy = policy::read(&layers, &Defaults::default()).policy;
///
/// let idle = policy.idle.ok_or("no idle time")?;
/// assert_eq!((idle.layer, idle.value.to_string()), (Layer::Compute, "1h".into()));
/// let schedule = policy.schedule.ok_or("no schedule")?;
/// assert_eq!(schedule.layer, Layer::WorkspaceAddressed);
/// # Ok::<(), &str>(())
/// ```
pub fn read(layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    read_for(&Subject::default(), layers, defaults)
}

/// Reads the tags of one resource of any kind, by what its kind inherits and what has an effect on it.
pub fn read_for(subject: &Subject<'_>, layers: &Layers<'_>, defaults: &Defaults) -> Reading {
    let target = subject.target;
    let mut tags = Applying::to(subject, layers, defaults);
    let mut schedule = tags.pick("schedule", |text| {
        schedule::parse(text, defaults.zone, &defaults.schedules)
    });
    let zone = schedule
        .as_ref()
        .map_or(defaults.zone, |schedule| schedule.value.zone);
    let holidays = tags.pick("holidays", |text| {
        holidays::parse(text, &defaults.calendars)
    });
    if let (Some(schedule), Some(holidays)) = (&mut schedule, &holidays) {
        schedule.value.days_off = holidays.value.days_off.clone();
    }
    let mut policy = Policy {
        governed: tags.governed,
        schedule,
        zone: Some(zone),
        idle: tags.pick("idle", idle::parse),
        max_uptime: tags.pick("max-uptime", simple::length),
        hold: tags.pick("hold", |text| hold::parse(text, zone)),
        notice: tags.pick("notice", simple::notice),
        unused: tags.pick("unused", simple::days_or_off),
        mode: tags.pick("mode", simple::mode),
        holidays,
        warm: tags.pick("warm", count::warm),
        floor: tags.pick("floor", |text| count::floor(text, target)),
        owner: tags.pick(OWNER, simple::owner),
    };
    // People's own changes are undone only where somebody wrote so for this very resource.
    if let Some(mode) = &mut policy.mode
        && !target.asked_by(mode.layer)
        && target != Target::Instance
    {
        mode.value.enforce = false;
    }
    above_the_floor(&mut policy, &mut tags, target);
    tags.read(policy)
}

/// A resource that is on with no more than when it is off: one of the two numbers is a slip.
fn above_the_floor(policy: &mut Policy, tags: &mut Applying<'_>, target: Target) {
    let (value, layer) = policy
        .floor
        .as_ref()
        .map_or((target.usual_floor(), None), |floor| {
            (floor.value, Some(floor.layer))
        });
    if policy.warm.take_if(|warm| warm.value <= value).is_none() {
        return;
    }
    let place = match layer {
        Some(layer) => format!("{value} {layer}"),
        None => format!("{value} where no tag says otherwise"),
    };
    let message = format!("expected more than lamp-floor, which is {place}");
    tags.refuse("warm", message, Some((value + 1).to_string()));
}
