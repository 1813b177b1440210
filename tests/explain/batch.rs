//! `explain --batch`: JSON lines in, JSON lines out.

use super::{Printed, run_with};
use lamplighter_core::tz;
use serde_json::{Value, json};

fn batch(lines: &[Value]) -> Printed {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    run_with(&["explain", "--batch"], &[], input.as_bytes())
}

pub fn one(line: Value) -> Value {
    let printed = batch(&[line]);
    let mut lines = printed.lines();
    assert_eq!(lines.len(), 1, "{}{}", printed.stdout, printed.stderr);
    lines.remove(0)
}

pub const OFFICE: &str = "Mon-Fri 08:00-19:00 Europe/Lisbon";
/// A Saturday.
pub const SATURDAY: &str = "2026-11-28T10:00:00Z";

pub fn start(time: &str) -> Value {
    json!({"operationName": "Start", "operationTime": time, "operationStatus": "Succeeded", "operationTrigger": "User"})
}

#[test]
fn a_case_is_answered_whole() {
    let answer = one(json!({
        "id": "/subscriptions/s/computes/ci", "tags": {"lamp-schedule": OFFICE}, "workspaceTags": {"lamp-notice": "off"},
        "resourceGroupTags": {"owner": "ana"}, "computeName": "ci", "now": SATURDAY, "state": "Running",
        "lastOperation": start("2026-11-27T08:00:00Z"), "jobs": [], "idleTimeBeforeShutdown": "PT30M",
    }));
    let expected = json!({
        "id": "/subscriptions/s/computes/ci", "desired": "off", "since": "2026-11-27T19:00:00Z",
        "next": {"at": "2026-11-30T08:00:00Z", "desired": "on"},
        "decision": "stop", "reason": "schedule-off", "text": "off by its schedule since Fri 27 Nov 19:00 WET",
        "change": {"at": "2026-11-30T08:00:00Z", "desired": "on"},
        "evidence": ["no active job on it"], "dryRun": false, "errors": [],
        "policy": {
            "governed": true,
            "schedule": {"value": OFFICE, "layer": "compute", "text": OFFICE},
            "notice": {"value": "off", "layer": "workspace", "text": "off"},
            "owner": {"value": "ana", "layer": "resource-group", "text": "ana"},
        },
        "timeZones": tz::release(),
    });
    assert_eq!(answer, expected);
}

#[test]
fn lines_are_answered_in_order_whatever_stands_between() {
    let input = [
        br#"{"id":"a","now":"2026-11-28T10:00:00Z","tags":{"lamp-schedule":"always"}}"#.as_slice(),
        b"",
        b"nonsense",
        br#"{"id":"b","tags":{}}"#,
        br#"{"id":"c","now":"yesterday"}"#,
        br#"{"id":7,"now":"2026-11-28T10:00:00Z"}"#,
        b"{\"id\":\"\xff\"}",
        br#"{"id":"d","now":"2026-11-28T10:00:00Z","idleTimeBeforeShutdown":"soon"}"#,
        br#"{"id":"e","now":"2026-11-28T11:00:00+01:00","tags":null,"more":[1]}"#,
    ]
    .join(&b'\n');
    let printed = run_with(&["explain", "--batch"], &[], &input);
    assert_eq!((printed.code, printed.stderr.as_str()), (1, ""));
    let lines = printed.lines();
    let told: Vec<(&Value, &str)> = lines
        .iter()
        .map(|line| (&line["id"], line["reason"].as_str().expect("a reason")))
        .collect();
    let (a, e) = (json!("a"), json!("e"));
    let (b, c, seven, d, none) = (json!("b"), json!("c"), json!(7), json!("d"), json!(null));
    assert_eq!(
        told,
        [
            (&a, "unknown-state"),
            (&none, "malformed-input"),
            (&b, "malformed-input"),
            (&c, "malformed-input"),
            (&seven, "malformed-input"),
            (&none, "malformed-input"),
            (&d, "malformed-input"),
            (&e, "no-policy"),
        ]
    );
    let missing = &lines[2]["errors"][0];
    assert_eq!(missing["message"], "missing field `now`");
    assert_eq!(
        (&missing["layer"], &missing["suggestion"]),
        (&json!("input"), &json!(null))
    );
    assert_eq!(
        lines[3]["errors"][0]["message"],
        "now is 'yesterday': expected RFC 3339, such as 2026-11-23T19:05:00Z"
    );
    assert!(missing["column"].as_u64().is_some_and(|column| column > 0));
}

/// The answers, with each malformed line's own number taken out.
fn unnumbered(printed: &Printed) -> (Vec<Value>, Vec<u64>) {
    let mut lines = printed.lines();
    let malformed = lines.iter_mut().filter_map(|line| {
        let fields = line.as_object_mut().expect("an object");
        fields.remove("line")?.as_u64()
    });
    let numbers = malformed.collect();
    (lines, numbers)
}

#[test]
fn many_lines_are_answered_as_each_is_alone_and_in_order() {
    // More than are answered by one thread; every seventh is no case, every ninth has a slip, and some share defaults.
    let line = |n: usize| {
        if n % 7 == 3 {
            return format!("{{\"id\":\"m{n}\", no");
        }
        let day = if n.is_multiple_of(9) { "Fry" } else { "Sat" };
        let schedule = format!("{day} 08:{:02}-19:00", n % 60);
        let zone = ["UTC", "Asia/Kolkata"][n % 2];
        let case = json!({
            "id": format!("m{n}"), "now": SATURDAY, "state": "Stopped", "defaults": {"zone": zone},
            "tags": {"lamp-schedule": schedule},
        });
        case.to_string()
    };
    let lines: Vec<String> = (0..160).map(line).collect();
    let run = |lines: &[String]| {
        let input = format!("\n{}\n \n", lines.join("\n"));
        run_with(&["explain", "--batch"], &[], input.as_bytes())
    };
    let many = run(&lines);
    let (answers, numbers) = unnumbered(&many);
    let expected: Vec<u64> = (0..160).filter(|n| n % 7 == 3).map(|n| n + 1).collect();
    assert_eq!((many.code, numbers), (1, expected));
    assert!(answers.iter().any(|answer| answer["desired"] == "on"));
    let alone: Vec<Value> = lines
        .chunks(8)
        .flat_map(|few| unnumbered(&run(few)).0)
        .collect();
    assert_eq!(answers, alone);
}

#[test]
fn a_byte_order_mark_nulls_and_far_years_are_taken_as_they_come() {
    let mark = b"\xef\xbb\xbf{\"now\":\"2026-11-28T10:00:00Z\",\"tags\":{\"lamp-schedule\":\"never\",\"lamp-idle\":null}}\n{\"now\":\"9999-12-31T00:00:00Z\"}";
    let printed = run_with(&["explain", "--batch"], &[], mark);
    let lines = printed.lines();
    assert_eq!(
        (&lines[0]["desired"], &lines[0]["errors"]),
        (&json!("off"), &json!([]))
    );
    assert_eq!(lines[1]["reason"], "malformed-input");
}

#[test]
fn a_line_too_long_to_be_a_case_spoils_only_itself() {
    let mut input = vec![b'x'; (1 << 20) + 5];
    input.extend_from_slice(b"\n{\"id\":\"after\",\"now\":\"2026-11-28T10:00:00Z\"}");
    let printed = run_with(&["explain", "--batch"], &[], &input);
    let lines = printed.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0]["errors"][0]["message"],
        "longer than 1048576 bytes"
    );
    assert_eq!(lines[1]["id"], "after");
}

#[test]
fn an_unreadable_tag_is_told_with_its_column_and_correction() {
    let printed = batch(&[
        json!({"tags": {"lamp-schedule": "Mon-Fry 08:00-19:00"}, "now": SATURDAY, "state": "Running"}),
    ]);
    assert_eq!(printed.code, 1);
    let answer = &printed.lines()[0];
    assert_eq!(
        (&answer["decision"], &answer["reason"], &answer["desired"]),
        (&json!("leave"), &json!("unreadable-tag"), &json!("none"))
    );
    let error = &answer["errors"][0];
    assert_eq!(
        (
            &error["tag"],
            &error["layer"],
            &error["column"],
            &error["suggestion"]
        ),
        (
            &json!("lamp-schedule"),
            &json!("compute"),
            &json!(5),
            &json!("Mon-Fri 08:00-19:00")
        )
    );
}

#[test]
fn words_leases_jobs_and_holds_decide_as_in_a_sweep() {
    let case = |more: Value| {
        let mut case =
            json!({"tags": {"lamp-schedule": OFFICE}, "now": SATURDAY, "state": "Running"});
        let fields = more.as_object().expect("an object").clone();
        case.as_object_mut().expect("an object").extend(fields);
        let answer = one(case);
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_string();
        (text("decision"), text("reason"))
    };
    let is = |decision: &str, reason: &str| (decision.to_string(), reason.to_string());
    let friday = start("2026-11-27T08:00:00Z");
    assert_eq!(
        case(json!({"lastOperation": friday})),
        is("stop", "schedule-off")
    );
    assert_eq!(
        case(json!({"lastOperation": friday, "jobs": ["train"]})),
        is("wait", "job-running")
    );
    let done = json!([{"name": "train", "status": "Completed"}]);
    assert_eq!(
        case(json!({"lastOperation": friday, "jobs": done})),
        is("stop", "schedule-off")
    );
    assert_eq!(
        case(json!({"lastOperation": start("2026-11-28T09:00:00Z")})),
        is("leave", "lease")
    );
    assert_eq!(
        case(json!({"lastOperation": start("2026-11-28T05:00:00Z")})),
        is("stop", "lease-ended")
    );
    // What has not happened yet is not known.
    assert_eq!(
        case(
            json!({"lastOperation": start("2026-11-28T11:00:00Z"), "firstSeen": "2026-11-20T00:00:00Z"})
        ),
        is("stop", "schedule-off")
    );
    // No operation known: the lease counts from first sight, which is now unless told.
    assert_eq!(case(json!({})), is("leave", "lease"));
    assert_eq!(
        case(json!({"firstSeen": "2026-11-28T05:59:00Z"})),
        is("stop", "lease-ended")
    );
    assert_eq!(
        case(json!({"state": "Starting"})),
        is("leave", "in-transition")
    );
    assert_eq!(
        case(json!({"state": "Strange"})),
        is("leave", "unknown-state")
    );
    assert_eq!(
        case(json!({"computeType": "HDInsight"})),
        is("leave", "kind-not-governed")
    );
    // A cluster is not drawn in by what its workspace says.
    let inherited = json!({"computeType": "AmlCompute", "tags": {}, "workspaceTags": {"lamp-schedule": OFFICE}});
    assert_eq!(case(inherited), is("leave", "no-policy"));
    let held = json!({"lamp-schedule": OFFICE, "lamp-hold": "on until 2026-12-01"});
    assert_eq!(
        case(json!({"lastOperation": friday, "tags": held})),
        is("leave", "hold-on")
    );
}

#[test]
fn defaults_are_laid_over_the_settings() {
    let with = |defaults: Value| {
        one(
            json!({"tags": {"lamp-idle": "1h"}, "now": "2026-12-25T10:00:00Z", "defaults": defaults}),
        )
    };
    let office = with(json!({"zone": "Europe/Lisbon", "schedule": "Mon-Fri 08:00-19:00"}));
    assert_eq!(
        (&office["desired"], &office["since"]),
        (&json!("on"), &json!("2026-12-25T08:00:00Z"))
    );
    let free =
        with(json!({"zone": "Europe/Lisbon", "schedule": "Mon-Fri 08:00-19:00", "holidays": "PT"}));
    assert_eq!(
        (&free["desired"], &free["since"]),
        (&json!("off"), &json!("2026-12-24T19:00:00Z"))
    );
    let named =
        with(json!({"schedules": {"Office": "Mon-Fri 09:00-17:00 UTC"}, "schedule": "office"}));
    assert_eq!(named["since"], "2026-12-25T09:00:00Z");
    let opted = one(json!({"now": SATURDAY, "defaults": {"schedule": "never", "optOut": true}}));
    assert_eq!(
        (&opted["desired"], &opted["policy"]["governed"]),
        (&json!("off"), &json!(true))
    );
    let prefix = one(
        json!({"now": SATURDAY, "tags": {"x-schedule": "always"}, "defaults": {"tagPrefix": "x-"}}),
    );
    assert_eq!(prefix["desired"], "on");
    for (defaults, tag) in [
        (json!({"zone": "Nowhere"}), "defaults.zone"),
        (json!({"lease": "long"}), "defaults.lease"),
        (json!({"colour": "red"}), "defaults.colour"),
        (json!({"schedules": {"a": "Fry 8-9"}}), "defaults.schedules"),
    ] {
        let answer = with(defaults);
        assert_eq!(
            (&answer["errors"][0]["tag"], &answer["reason"]),
            (&json!(tag), &json!("unreadable-tag"))
        );
    }
    // One that is in the language of a tag is told as the tag is.
    let slip = with(json!({"schedule": "alwys"}));
    assert_eq!(
        (&slip["errors"][0]["tag"], &slip["errors"][0]["layer"]),
        (&json!("lamp-schedule"), &json!("default"))
    );
}

#[test]
fn the_settings_hold_where_a_line_says_nothing() {
    let input = br#"{"now":"2026-11-28T10:00:00Z","tags":{"lamp-schedule":"office"}}"#;
    let settings = [
        ("DEFAULT_ZONE", "Asia/Tokyo"),
        ("SCHEDULES", "office = daily 08:00-20:00 | lab = always"),
    ];
    let printed = run_with(&["explain", "--batch"], &settings, input);
    assert_eq!(printed.lines()[0]["since"], "2026-11-27T23:00:00Z");
}
