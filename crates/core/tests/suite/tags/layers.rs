//! Which layer rules, and which names are known.

use super::support::{defaults, read, read_with, refused};
use lamplighter_core::policy::{Defaults, Layer, Reading};
use lamplighter_core::schedule::Rules;

#[test]
fn the_nearest_layer_rules_tag_by_tag() {
    let reading = read_with(
        &[("Lamp-Idle", "60m")],
        &[
            ("lamp-schedule", "never"),
            ("LAMP-SCHEDULE.GPU-1", "always"),
            ("lamp-idle", "2h"),
            ("lamp-mode.cpu", "ignore"),
        ],
        &[
            ("lamp-schedule", "none"),
            ("lamp-mode", "stop-only"),
            ("Owner", "ana@example.org"),
        ],
        &Defaults {
            notice: Some("15m".into()),
            schedule: Some("none".into()),
            ..defaults()
        },
    );
    assert_eq!(reading.errors, []);
    let policy = reading.policy;
    assert!(policy.governed);
    let schedule = policy.schedule.expect("a schedule");
    assert_eq!(
        (schedule.layer, schedule.value.rules, schedule.text.as_str()),
        (Layer::WorkspaceAddressed, Rules::Always, "always")
    );
    assert_eq!(policy.idle.map(|idle| idle.layer), Some(Layer::Compute));
    assert_eq!(
        policy
            .mode
            .map(|mode| (mode.layer, mode.value.stop_only, mode.value.ignore)),
        Some((Layer::ResourceGroup, true, false))
    );
    assert_eq!(
        policy.owner.map(|owner| (owner.layer, owner.value)),
        Some((Layer::ResourceGroup, "ana@example.org".into()))
    );
    assert_eq!(
        policy.notice.map(|notice| notice.layer),
        Some(Layer::Default)
    );
    assert_eq!(policy.hold, None);
}

#[test]
fn only_a_tag_that_covers_the_resource_governs_it() {
    let governed = |reading: Reading| reading.policy.governed;
    assert!(!governed(read(
        &[("owner", "ana"), ("team", "x")],
        &[("lamp-idle.other", "1h")],
        &[]
    )));
    assert!(governed(read(&[], &[("lamp-idle.GPU-1", "1h")], &[])));
    assert!(governed(read(&[], &[], &[("LAMP-IDLE", "1h")])));
    assert!(governed(read(&[("lamp-shedule", "always")], &[], &[])));
    assert!(governed(read_with(
        &[],
        &[],
        &[],
        &Defaults {
            opt_out: true,
            ..defaults()
        }
    )));
}

#[test]
fn a_bad_tag_blocks_unless_a_nearer_layer_replaces_it() {
    let bad = ("lamp-schedule", "Mon-Fry 08:00-19:00");
    let replaced = read(&[("lamp-schedule", "always")], &[bad], &[]);
    assert_eq!(
        replaced
            .policy
            .schedule
            .map(|schedule| schedule.value.rules),
        Some(Rules::Always)
    );
    let errors: Vec<_> = replaced
        .errors
        .iter()
        .map(|error| (error.layer, error.blocks))
        .collect();
    assert_eq!(errors, [(Layer::Workspace, false)]);

    // The farther layer never acts in the place of a slip.
    let slip = read(
        &[bad, ("lamp-idle", "1h")],
        &[("lamp-schedule", "never")],
        &[],
    );
    assert_eq!(slip.policy.schedule, None);
    assert!(slip.errors[0].blocks && slip.policy.idle.is_some());
}

#[test]
fn names_that_nobody_knows_are_unreadable() {
    for (name, suggestion) in [
        ("lamp-shedule", Some("lamp-schedule")),
        ("lamp-maxuptime", Some("lamp-max-uptime")),
        ("Lamp-Max_Uptime", Some("lamp-max-uptime")),
        ("lamp-schedule.gpu-1", Some("lamp-schedule")),
        ("lamp-colour", None),
    ] {
        let error = refused(name, "always");
        assert_eq!(
            (error.tag.as_str(), error.suggestion.as_deref()),
            (name, suggestion)
        );
        assert!(error.blocks && error.column == 0);
        assert!(!error.to_string().contains('^'), "{error}");
    }
    let addressed = read(
        &[],
        &[("lamp-idel.gpu-1", "1h"), ("lamp-idel.other", "1h")],
        &[],
    );
    let names: Vec<_> = addressed
        .errors
        .iter()
        .map(|error| error.suggestion.as_deref())
        .collect();
    assert_eq!(names, [Some("lamp-idle.gpu-1")]);
    assert_eq!(read(&[("lamp-shedule", "x")], &[], &[]).errors.len(), 1);
    // The owner's tag may lie under the prefix.
    let under = Defaults {
        owner_tag: "lamp-owner".into(),
        ..defaults()
    };
    let reading = read_with(&[("Lamp-Owner", " ana ")], &[], &[], &under);
    assert_eq!(
        (
            reading.errors.len(),
            reading.policy.owner.map(|owner| owner.value)
        ),
        (0, Some("ana".into()))
    );
}

#[test]
fn a_tag_in_two_letter_cases_is_no_tag_to_act_on() {
    let reading = read(
        &[("lamp-schedule", "always"), ("LAMP-Schedule", "never")],
        &[],
        &[],
    );
    assert_eq!(reading.errors.len(), 1, "{:?}", reading.errors);
    let error = &reading.errors[0];
    assert!(
        error.blocks && error.message.contains("written twice"),
        "{error}"
    );
    // On two layers it is one tag and another.
    let nearer = read(
        &[("lamp-schedule", "always")],
        &[("LAMP-SCHEDULE", "never")],
        &[],
    );
    assert_eq!(nearer.errors, []);
}
