//! `lint` and `explain` of what is no compute instance.

use super::{Printed, run, run_with};

const OFFICE: &str = "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Lisbon";

fn lint(kind: &str, more: &[&str]) -> Printed {
    let at = ["--at", "2026-11-23T12:00:00Z"];
    let args: Vec<&str> = ["lint", "--kind", kind]
        .iter()
        .chain(more)
        .chain(&at)
        .copied()
        .collect();
    run(&args)
}

#[test]
fn a_clusters_nodes_are_told_in_words() {
    let printed = lint("cluster", &[OFFICE, "lamp-warm=4", "lamp-floor=1"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    for words in [
        "on Monday to Friday from 08:00 to 19:00 in Lisbon; off otherwise",
        "4 nodes are kept while it is on (on the compute)",
        "1 node is kept while it is off (on the compute)",
    ] {
        assert!(printed.stdout.contains(words), "{}", printed.stdout);
    }
    assert!(!printed.stdout.contains("warning"), "{}", printed.stdout);
    let deployment = lint("deployment", &[OFFICE, "lamp-warm=3", "lamp-idle=2h"]);
    for words in [
        "3 instances are kept while it is on (on the deployment)",
        "brought down to lamp-floor after 2h without a request, until its next window",
    ] {
        assert!(deployment.stdout.contains(words), "{}", deployment.stdout);
    }
}

#[test]
fn what_a_kind_cannot_do_is_refused_or_warned_of() {
    for (kind, tag, code, words) in [
        (
            "deployment",
            "lamp-floor=0",
            1,
            "Azure keeps at least one instance; only deleting ends it",
        ),
        (
            "deployment",
            "lamp-warm=1",
            1,
            "expected more than lamp-floor, which is 1",
        ),
        ("cluster", "lamp-warm=0", 1, "expected 1 or more"),
        (
            "instance",
            "lamp-warm=2",
            0,
            "lamp-warm has no effect on a compute instance",
        ),
        (
            "instance",
            "lamp-floor=0",
            0,
            "lamp-floor has no effect on a compute instance",
        ),
        (
            "cluster",
            "lamp-max-uptime=12h",
            0,
            "no effect on a compute cluster",
        ),
        (
            "deployment",
            "lamp-max-uptime=12h",
            0,
            "no effect on an online deployment",
        ),
        (
            "cluster",
            "lamp-idle=30m",
            0,
            "Azure's own nodeIdleTimeBeforeScaleDown",
        ),
        ("vm", "lamp-idle=1h", 0, "only its schedule stops it"),
        (
            "deployment",
            "lamp-idle=1h cpu<10%",
            0,
            "what counts is requests",
        ),
        ("aks", "lamp-mode=dry-run", 0, "alone asks for nothing"),
    ] {
        let printed = lint(kind, &[tag]);
        assert!(
            printed.stdout.contains(words),
            "{kind} {tag}: {}",
            printed.stdout
        );
        assert_eq!(printed.code, code, "{kind} {tag}");
    }
}

#[test]
fn only_tags_that_were_written_for_it_govern_another_kind() {
    let inherited = format!("workspace:{OFFICE}");
    let addressed = OFFICE.replace("lamp-schedule", "workspace:lamp-schedule.compute");
    for (kind, tag, governed) in [
        ("instance", &inherited, true),
        ("cluster", &inherited, false),
        ("cluster", &addressed, true),
        ("vm", &addressed, false),
        ("aks", &addressed, false),
    ] {
        let printed = lint(kind, &[tag, "--json"]);
        let found = &printed.json()["resources"][0];
        assert_eq!(found["governed"], governed, "{kind}: {}", printed.stdout);
        assert_eq!(
            found["week"].as_array().map(Vec::is_empty),
            Some(!governed),
            "{kind}"
        );
        let told = found["warnings"].to_string().contains("does not count for");
        assert_eq!(told, !governed, "{kind}: {}", printed.stdout);
    }
}

#[test]
fn a_deployments_layers_may_all_be_given() {
    let explain = |tags: &[&str]| {
        let of = [
            "--kind",
            "deployment",
            "--name",
            "blue",
            "--endpoint",
            "score",
        ];
        let args: Vec<&str> = ["explain"].iter().chain(tags).chain(&of).copied().collect();
        run(&args).stdout
    };
    let tags = [
        "lamp-warm=5",
        "endpoint:lamp-floor.blue=2",
        "endpoint:lamp-notice=1h",
        "workspace:lamp-schedule.score.blue=always",
        "workspace:lamp-schedule.score=never",
        "workspace:lamp-hold.score=on until 2026-12-01",
        "workspace:lamp-schedule.blue=none",
        "group:owner=ana",
    ];
    let printed = explain(&tags);
    for line in [
        "schedule   always UTC (on the workspace, for this deployment)",
        "hold       on until 2026-12-01T00:00:00Z (on the workspace, for this endpoint)",
        "notice     1h (on the endpoint)",
        "warm       5 (on the deployment)",
        "floor      2 (on the endpoint, for this deployment)",
        "owner      ana (on the resource group)",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    let printed = explain(&["endpoint:lamp-schedule.green=always"]);
    assert!(printed.contains("leave (no-policy)"), "{printed}");
    let printed = explain(&["workspace:lamp-schedule=always"]);
    assert!(
        printed.contains(
            "does not count for an online deployment: only a tag of its own or of its endpoint"
        ),
        "{printed}"
    );
}

#[test]
fn lines_say_their_kind() {
    let input = concat!(
        r#"{"kind":"cluster","tags":{"lamp-warm":"2","lamp-schedule":"always"},"now":"2026-11-23T12:00:00Z"}"#,
        "\n",
        r#"{"kind":"deployment","endpointName":"score","endpointTags":{"lamp-schedule":"never"},"now":"2026-11-23T12:00:00Z","workspaceTags":{"lamp-warm.score":"4"}}"#,
        "\n",
        r#"{"kind":"spark","now":"2026-11-23T12:00:00Z"}"#,
        "\n",
    );
    let printed = run_with(&["explain", "--batch"], &[], input.as_bytes());
    let lines = printed.lines();
    assert_eq!(lines[0]["policy"]["warm"]["value"], "2");
    assert_eq!(lines[1]["policy"]["schedule"]["layer"], "endpoint");
    assert_eq!(lines[1]["policy"]["warm"]["layer"], "workspace-endpoint");
    let error = &lines[2]["errors"][0]["message"];
    assert!(
        error
            .to_string()
            .contains("expected one of instance, cluster"),
        "{error}"
    );
}

#[test]
fn a_kind_that_nobody_knows_is_wrong_usage() {
    let printed = lint("spark", &[OFFICE]);
    assert_eq!(printed.code, 2);
    assert!(
        printed
            .stderr
            .contains("instance, cluster, deployment, vm, aks"),
        "{}",
        printed.stderr
    );
}
