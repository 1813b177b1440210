//! Fleet files: what is refused, with line and field.

use lamplighter_simulator::fleet::{FleetError, parse, read};
use lamplighter_simulator::fleets::named;
use lamplighter_simulator::{demo_fleet, uniform_fleet};

/// A good file; one line is broken in each case below.
const GOOD: &str = r#"{
  "seed": 7,
  "subscriptions": [
    {"id": "s1", "name": "One", "resourceGroups": [
      {"name": "rg", "workspaces": [
        {"name": "w", "location": "westeurope", "instances": [
          {"name": "a", "vmSize": "Standard_DS3_v2", "idleTimeBeforeShutdown": "PT1H"},
          {"name": "b", "vmSize": "Standard_NC6s_v3", "schedules": [
            {"action": "Stop", "cron": {"expression": "0 20 * * *", "timeZone": "UTC"}}]}
        ]}
      ]}
    ]}
  ],
  "people": [
    {"name": "ana", "zone": "Europe/Lisbon", "instances": ["w/a"], "arrives": "08:00-09:00", "leaves": "18:00",
     "forgets": 0.5,
     "jobs": [{"instance": "w/b", "at": "17:00", "lasts": "4h-9h"}]}
  ]
}"#;

#[test]
fn a_bad_file_is_refused_with_line_and_field() {
    parse(GOOD, "fleet.json").expect("the good file");
    let instance = "subscriptions[0].resourceGroups[0].workspaces[0].instances";
    for (old, new, line, field, message) in [
        (
            "\"seed\": 7,",
            "\"seed\": \"x\",",
            2,
            "seed".to_owned(),
            "invalid type",
        ),
        (
            "\"seed\": 7,",
            "\"sead\": 7,",
            2,
            "sead".to_owned(),
            "unknown field `sead`",
        ),
        (
            "Standard_DS3_v2",
            "Standard_DS3_v9",
            7,
            format!("{instance}[0].vmSize"),
            "no built-in size is named",
        ),
        (
            "PT1H",
            "PT5M",
            7,
            format!("{instance}[0].idleTimeBeforeShutdown"),
            "PT15M to P3D",
        ),
        (
            "\"name\": \"b\"",
            "\"name\": \"A\"",
            8,
            format!("{instance}[1].name"),
            "there twice",
        ),
        (
            "0 20 * * *",
            "0 28 * * *",
            9,
            format!("{instance}[1].schedules[0].cron.expression"),
            "expected 0-23",
        ),
        (
            "\"UTC\"",
            "\"Europe/Berlin\"",
            9,
            format!("{instance}[1].schedules[0].cron.timeZone"),
            "not a Windows time zone",
        ),
        (
            "Europe/Lisbon",
            "Europe/Lissabon",
            15,
            "people[0].zone".to_owned(),
            "expected an IANA name",
        ),
        (
            "\"w/a\"",
            "\"w/z\"",
            15,
            "people[0].instances[0]".to_owned(),
            "no instance is named \"w/z\"",
        ),
        (
            "08:00-09:00",
            "9am",
            15,
            "people[0].arrives".to_owned(),
            "expected 09:00",
        ),
        (
            ", \"leaves\": \"18:00\"",
            "",
            15,
            "people[0]".to_owned(),
            "`leaves` is missing",
        ),
        (
            "0.5",
            "1.5",
            16,
            "people[0].forgets".to_owned(),
            "from 0 to 1",
        ),
        (
            "4h-9h",
            "4 hours",
            17,
            "people[0].jobs[0].lasts".to_owned(),
            "expected 4h",
        ),
    ] {
        let text = GOOD.replacen(old, new, 1);
        assert_ne!(text, GOOD, "{old}");
        let error = parse(&text, "fleet.json").expect_err(new);
        let told = error.to_string();
        let FleetError::Bad {
            line: at,
            field: named,
            ..
        } = error
        else {
            panic!("{told}")
        };
        assert_eq!((at, named), (line, field), "{told}");
        assert!(told.contains(message), "{told}");
    }
}

#[test]
fn broken_json_and_missing_files_are_told_apart() {
    let told = parse("{\n \"seed\": 7,\n}", "f.json")
        .expect_err("broken")
        .to_string();
    assert!(told.starts_with("f.json: line 3, column 1"), "{told}");
    let told = read(std::path::Path::new("no-such-fleet.json"))
        .expect_err("missing")
        .to_string();
    assert!(told.starts_with("no-such-fleet.json:"), "{told}");
    let told = parse("{\"subscriptions\":[]}", "f.json")
        .expect_err("empty")
        .to_string();
    assert!(
        told.contains("line 1") && told.contains("at least one subscription"),
        "{told}"
    );
}

#[test]
fn fleets_have_names() {
    let fleet = named("demo:5").expect("the demo");
    assert_eq!((fleet.seed, fleet.workspaces().count()), (5, 8));
    let fleet = named("uniform:100x20").expect("uniform");
    let instances: usize = fleet
        .workspaces()
        .map(|(_, _, workspace)| workspace.instances.len())
        .sum();
    assert_eq!((fleet.workspaces().count(), instances), (100, 2_000));
    assert_eq!(fleet.subscriptions.len(), 5);
    assert_eq!(
        named("uniform:100x20x1")
            .expect("uniform")
            .subscriptions
            .len(),
        1
    );
    for wrong in [
        "demo:x",
        "uniform:3",
        "uniform:axb",
        "uniform:3x4xc",
        "uniform:3x4x5",
        "uniform:3x4x1x1",
        "uniform:0x1",
        "uniform:99999x1",
    ] {
        assert!(
            matches!(named(wrong), Err(FleetError::Name { .. })),
            "{wrong}"
        );
    }
    for fleet in [demo_fleet(1).expect("a fleet"), uniform_fleet(900, 1, 45)] {
        parse(&serde_json::to_string(&fleet).expect("JSON"), "made").expect("would pass as a file");
    }
}

#[test]
fn the_documented_fleet_is_a_good_one() {
    let page = include_str!("../../docs/simulator.md");
    let example = page
        .split("```json")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("an example");
    let fleet = parse(example, "docs/simulator.md").expect("a good file");
    assert_eq!((fleet.people.len(), fleet.workspaces().count()), (2, 1));
}
