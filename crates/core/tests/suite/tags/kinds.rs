//! Which tags count for kinds that are no compute instance, and how many nodes they keep.

use super::support::{defaults, one, read_with, tags};
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{
    self, Defaults, Endpoint, Inherits, Layer, Layers, Reading, Subject, Target, read_for,
};

type Pairs<'a> = &'a [(&'a str, &'a str)];

const OFFICE: &str = "Mon-Fri 08:00-19:00";

/// Reads the tags of a cluster, a machine or an AKS cluster that is attached as `gpu-1`.
fn kind(target: Target, own: Pairs<'_>, workspace: Pairs<'_>, group: Pairs<'_>) -> Reading {
    let subject = Subject {
        target,
        ..Subject::default()
    };
    read_as(&subject, own, workspace, group, &defaults())
}

fn read_as(
    subject: &Subject<'_>,
    own: Pairs<'_>,
    workspace: Pairs<'_>,
    group: Pairs<'_>,
    defaults: &Defaults,
) -> Reading {
    let layers = Layers {
        compute_name: "gpu-1",
        compute: &tags(own),
        workspace: &tags(workspace),
        resource_group: &tags(group),
    };
    policy::read_for(subject, &layers, defaults)
}

/// Reads the tags of the deployment `gpu-1` of the endpoint `score`.
fn deployment(own: Pairs<'_>, endpoint: Pairs<'_>, workspace: Pairs<'_>) -> Reading {
    let subject = Subject {
        target: Target::Deployment,
        endpoint: Some(Endpoint {
            name: "score",
            tags: &tags(endpoint),
        }),
        ..Subject::default()
    };
    read_as(&subject, own, workspace, &[], &defaults())
}

fn schedule(reading: &Reading) -> Option<(Layer, &str)> {
    let schedule = reading.policy.schedule.as_ref()?;
    Some((schedule.layer, schedule.text.as_str()))
}

#[test]
fn a_cluster_is_governed_by_a_tag_of_its_own_or_one_addressed_to_it() {
    let tag = [("lamp-schedule", OFFICE)];
    let addressed = [("LAMP-Schedule.GPU-1", OFFICE)];
    for (own, workspace, layer) in [
        (&tag[..], &[][..], Layer::Compute),
        (&[], &addressed, Layer::WorkspaceAddressed),
    ] {
        let reading = kind(Target::Cluster, own, workspace, &[]);
        assert!(reading.policy.governed && reading.errors.is_empty());
        assert_eq!(schedule(&reading), Some((layer, OFFICE)));
        assert_eq!(reading.ungoverned, None);
    }
    for (workspace, group) in [(&tag[..], &[][..]), (&[], &tag)] {
        let reading = kind(Target::Cluster, &[], workspace, group);
        assert!(!reading.policy.governed && schedule(&reading).is_none());
        let why = reading.ungoverned.expect("a reason").to_string();
        assert!(
            why.contains("does not count for a compute cluster"),
            "{why}"
        );
    }
    // A tag of its own that says only how asks for nothing.
    let reading = kind(Target::Cluster, &[("lamp-warm", "2")], &[], &[]);
    assert!(!reading.policy.governed);
    let why = reading.ungoverned.expect("a reason").to_string();
    assert!(why.contains("alone asks for nothing"), "{why}");
}

#[test]
fn what_the_platform_sets_draws_no_other_kind_in() {
    let defaults = Defaults {
        opt_out: true,
        schedule: Some("never".into()),
        idle: Some("1h".into()),
        holidays: Some("PT".into()),
        notice: Some("15m".into()),
        ..defaults()
    };
    let others = Target::ALL
        .into_iter()
        .filter(|target| target.inherits() != Inherits::All);
    for target in others {
        let subject = Subject {
            target,
            ..Subject::default()
        };
        let policy = read_as(&subject, &[], &[], &[], &defaults).policy;
        assert!(!policy.governed, "{target}");
        assert_eq!((policy.schedule, policy.idle), (None, None), "{target}");
        assert!(policy.notice.is_some(), "{target}");
        let inherits = !matches!(target, Target::Vm | Target::Aks);
        assert_eq!(policy.holidays.is_some(), inherits, "{target}");
    }
    // A workbench of Foundry is the instance's successor, and is drawn in as one.
    let workbench = Subject {
        target: Target::Workbench,
        ..Subject::default()
    };
    assert!(
        read_as(&workbench, &[], &[], &[], &defaults)
            .policy
            .governed
    );
    assert!(read_with(&[], &[], &[], &defaults).policy.governed);
}

#[test]
fn a_workbench_hears_its_project_and_then_its_account() {
    let (project, account) = (
        Tags::from([("lamp-idle".into(), "2h".into())]),
        Tags::from([
            ("lamp-schedule.wb".into(), "always".into()),
            ("lamp-schedule".into(), "never".into()),
            ("lamp-idle.wb".into(), "5h".into()),
        ]),
    );
    let subject = Subject {
        target: Target::Workbench,
        account: Some(&account),
        ..Subject::default()
    };
    let none = Tags::new();
    let layers = Layers {
        compute_name: "WB",
        compute: &none,
        workspace: &project,
        resource_group: &none,
    };
    let policy = read_for(&subject, &layers, &defaults()).policy;
    let schedule = policy.schedule.expect("a schedule");
    assert_eq!(
        (schedule.layer, schedule.text.as_str()),
        (Layer::AccountAddressed, "always")
    );
    assert_eq!(policy.idle.expect("an idle time").layer, Layer::Project);
}

#[test]
fn what_only_restrains_or_informs_is_inherited() {
    let workspace = [
        ("lamp-mode", "ignore,enforce"),
        ("lamp-notice", "1h"),
        ("lamp-holidays", "PT"),
        ("owner", "ana"),
        ("lamp-idle", "5m"),
        ("lamp-warm", "9"),
        ("lamp-floor", "3"),
    ];
    let own = [("lamp-schedule", OFFICE)];
    let policy = kind(Target::Cluster, &own, &workspace, &[]).policy;
    let mode = policy.mode.expect("a mode").value;
    // Undoing what people do must be asked for by name.
    assert!(mode.ignore && !mode.enforce);
    assert!(policy.notice.is_some() && policy.holidays.is_some() && policy.owner.is_some());
    assert_eq!((policy.idle, policy.warm, policy.floor), (None, None, None));

    let own = [("lamp-schedule", OFFICE), ("lamp-mode", "enforce")];
    let mode = kind(Target::Cluster, &own, &[], &[]).policy.mode;
    assert!(mode.expect("a mode").value.enforce);

    // An inherited tag that cannot be read hinders who is governed, and is no concern of who is not.
    let slip = [("lamp-mode", "ignor")];
    let errors = |own: Pairs<'_>| kind(Target::Cluster, own, &slip, &[]).errors.len();
    assert_eq!((errors(&[("lamp-schedule", OFFICE)]), errors(&[])), (1, 0));
}

#[test]
fn a_machine_has_only_its_own_tags() {
    let workspace = [
        ("lamp-schedule.gpu-1", "never"),
        ("lamp-mode", "ignore"),
        ("owner", "ana"),
    ];
    for target in [Target::Vm, Target::Aks] {
        let reading = kind(target, &[("lamp-schedule", OFFICE)], &workspace, &[]);
        assert_eq!(schedule(&reading), Some((Layer::Resource, OFFICE)));
        assert_eq!((reading.policy.mode, reading.policy.owner), (None, None));

        let reading = kind(target, &[], &workspace, &[]);
        assert!(!reading.policy.governed && schedule(&reading).is_none());
        let why = reading.ungoverned.expect("a reason").to_string();
        assert!(why.contains("only a tag on its own resource"), "{why}");
    }
    // The compute by which it is attached is another resource.
    let attached = tags(&[("lamp-hold", "on for 3h")]);
    let subject = Subject {
        target: Target::Vm,
        attached: Some(&attached),
        ..Subject::default()
    };
    let reading = read_as(&subject, &[], &[], &[], &defaults());
    assert!(!reading.policy.governed && reading.policy.hold.is_none());
    let why = reading.ungoverned.expect("a reason");
    assert_eq!((why.tag.as_str(), why.layer), ("lamp-hold", Layer::Compute));
}

#[test]
fn a_deployments_tags_are_looked_for_from_near_to_far() {
    let tag = |name, value| [(name, value)];
    let (own, plain) = (
        tag("lamp-schedule", "always"),
        tag("lamp-schedule", "never"),
    );
    let both = [
        ("lamp-schedule.GPU-1", "always"),
        ("lamp-schedule", "never"),
        ("lamp-schedule.other", "none"),
    ];
    let workspace = [
        ("lamp-schedule.score.gpu-1", "always"),
        ("lamp-schedule.Score", "never"),
        ("lamp-schedule.gpu-1", "none"),
        ("lamp-schedule.score.other", "none"),
    ];
    let never: Pairs<'_> = &workspace[1..];
    for (reading, expected) in [
        (
            deployment(&own, &both, &workspace),
            (Layer::Deployment, "always"),
        ),
        (
            deployment(&[], &both, &workspace),
            (Layer::EndpointAddressed, "always"),
        ),
        (
            deployment(&[], &plain, &workspace),
            (Layer::Endpoint, "never"),
        ),
        (
            deployment(&[], &[], &workspace),
            (Layer::WorkspaceDeployment, "always"),
        ),
        (
            deployment(&[], &[], never),
            (Layer::WorkspaceEndpoint, "never"),
        ),
    ] {
        assert_eq!(schedule(&reading), Some(expected));
        assert!(reading.errors.is_empty() && reading.policy.governed);
    }
    // A name alone is a compute's or an endpoint's, never a deployment's.
    let reading = deployment(&[], &[], &workspace[2..]);
    assert!(!reading.policy.governed && reading.ungoverned.is_none());
}

#[test]
fn a_name_of_a_compute_and_of_an_endpoint_is_told() {
    let compute = Subject {
        target: Target::Cluster,
        namesakes: true,
        ..Subject::default()
    };
    let workspace = [("lamp-schedule.gpu-1", OFFICE)];
    let reading = read_as(&compute, &[], &workspace, &[], &defaults());
    let error = &reading.errors[0];
    assert!(error.blocks && reading.policy.governed && reading.policy.schedule.is_none());
    assert!(
        error
            .message
            .contains("both a compute and an online endpoint")
            && error.message.contains("lamp-schedule.gpu-1.<deployment>"),
        "{error}"
    );
    // Its own tag leaves no doubt.
    let own = [("lamp-schedule", OFFICE)];
    let reading = read_as(&compute, &own, &workspace, &[], &defaults());
    assert!(!reading.errors[0].blocks && reading.policy.schedule.is_some());
}

#[test]
fn numbers_of_nodes_are_whole_and_the_warm_ones_are_more() {
    let cluster = |tags: Pairs<'_>| kind(Target::Cluster, tags, &[], &[]);
    let policy = cluster(&[
        ("lamp-schedule", OFFICE),
        ("lamp-warm", " 3 "),
        ("lamp-floor", "0"),
    ]);
    let value = |part: Option<policy::Sourced<u32>>| part.map(|part| part.value);
    assert_eq!(policy.errors, []);
    assert_eq!(
        (value(policy.policy.warm), value(policy.policy.floor)),
        (Some(3), Some(0))
    );
    for (name, value, suggestion) in [
        ("lamp-warm", "0", Some("1")),
        ("lamp-warm", "2 nodes", Some("2")),
        ("lamp-warm", "2.0", Some("2")),
        ("lamp-warm", "+2", Some("2")),
        ("lamp-warm", "2.5", None),
        ("lamp-warm", "2-5", None),
        ("lamp-warm", "two", None),
        ("lamp-warm", "", None),
        ("lamp-warm", "99999999999999999999", Some("65000")),
        ("lamp-floor", "65001", Some("65000")),
        ("lamp-floor", "none", Some("0")),
        ("lamp-floor", "-1", None),
    ] {
        let errors = cluster(&[(name, value)]).errors;
        let found: Vec<_> = errors
            .iter()
            .map(|error| error.suggestion.as_deref())
            .collect();
        assert_eq!(found, [suggestion], "{name}={value}");
        assert!(errors[0].blocks, "{name}={value}");
    }
    for (own, endpoint, suggestion) in [
        (&[("lamp-warm", "2"), ("lamp-floor", "2")][..], &[][..], "3"),
        (&[("lamp-warm", "1")], &[("lamp-floor", "4")], "5"),
        (&[("lamp-warm", "1")], &[], "2"),
        (&[("lamp-floor", "0")], &[], "1"),
    ] {
        let errors = deployment(own, endpoint, &[]).errors;
        assert_eq!(errors.len(), 1, "{own:?}");
        assert_eq!(errors[0].suggestion.as_deref(), Some(suggestion), "{own:?}");
    }
    assert_eq!(cluster(&[("lamp-warm", "1")]).errors, []);
}

#[test]
fn a_tag_that_changes_nothing_on_its_kind_is_left_out_and_told() {
    for (target, tag, value) in [
        (Target::Instance, "lamp-warm", "2"),
        (Target::Instance, "lamp-floor", "2"),
        (Target::Cluster, "lamp-idle", "1h"),
        (Target::Cluster, "lamp-max-uptime", "12h"),
        (Target::Deployment, "lamp-max-uptime", "12h"),
        (Target::Vm, "lamp-idle", "1h"),
        (Target::Vm, "lamp-floor", "1"),
        (Target::Aks, "lamp-warm", "1"),
    ] {
        let reading = kind(target, &[(tag, value)], &[], &[]);
        let told: Vec<&str> = reading
            .without_effect
            .iter()
            .map(|one| one.tag.as_str())
            .collect();
        assert_eq!((told, reading.errors), (vec![tag], vec![]), "{target}");
        let policy = reading.policy;
        assert_eq!((policy.warm, policy.floor), (None, None), "{target}");
        assert_eq!((policy.idle, policy.max_uptime), (None, None), "{target}");
        // A slip in it hinders nothing.
        let slip = kind(target, &[(tag, "?")], &[], &[]).errors;
        assert!(slip.len() == 1 && !slip[0].blocks, "{target}");
    }
    // Numbers for clusters do not put a workspace's instances under its default schedule.
    assert!(!one("lamp-warm", "2").policy.governed);
    assert!(one("lamp-idle", "2h").policy.governed);
}
