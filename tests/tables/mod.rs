//! Tables as wide as the terminal, and the same as rows for other programs.

mod figures;

use crate::common::folder::Folder;
use crate::common::world::{OFFICE, Printed, World, fleet, instance};
use serde_json::{Value, json};

/// A name as long as Azure takes, without a place to break it but its dashes.
const LONG: &str = "workspace-of-the-forecasting-dep1";
const SUBSCRIPTION: &str = "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01";

/// Two workspaces over a night: stops, a tag that cannot be read, an owner with a long name.
async fn a_night() -> World {
    let owned = json!({"lamp-schedule": OFFICE, "owner": "=maria.antonia.da.conceicao.e.sousa@forecasting.example.org"});
    let instances = json!([
        instance("ci-ana", owned),
        instance(
            "ci-odd",
            json!({"lamp-schedule": "whenever I feel like it, and not on Fridays, unless it rains"})
        ),
    ]);
    let other = json!([instance("ci-ana", json!({"lamp-schedule": OFFICE}))]);
    let world = World::new(fleet(instances, &[(LONG, other)])).await;
    for time in ["23T18:55", "23T19:00", "23T19:05"] {
        world.sweep(time).await;
    }
    for hour in 20..24 {
        world.sweep(&format!("23T{hour}:05")).await;
    }
    for hour in 0..9 {
        world.sweep(&format!("24T{hour:02}:00")).await;
    }
    world.sweep("24T08:05").await;
    world
}

const PERIOD: [&str; 4] = ["--from", "2026-11-23", "--to", "2026-11-25"];

async fn report(world: &World, more: &[&str]) -> Printed {
    let args: Vec<&str> = ["report"]
        .into_iter()
        .chain(PERIOD)
        .chain(more.iter().copied())
        .collect();
    world.run(&args).await
}

/// The one row of CSV whose first cell is this, and the names of its columns.
fn row(printed: &Printed, first: &str) -> Vec<(String, String)> {
    let mut rows = csv::Reader::from_reader(printed.stdout.as_bytes());
    let names: Vec<String> = rows
        .headers()
        .expect("names")
        .iter()
        .map(str::to_owned)
        .collect();
    let mut found = rows
        .records()
        .map(|row| row.expect("a row"))
        .filter(|row| &row[0] == first);
    let one = found
        .next()
        .unwrap_or_else(|| panic!("no {first} in {}", printed.all()));
    assert!(
        found.next().is_none(),
        "{first} twice in {}",
        printed.stdout
    );
    names
        .into_iter()
        .zip(one.iter().map(str::to_owned))
        .collect()
}

fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    let cell = row.iter().find(|(of, _)| of == name);
    &cell.unwrap_or_else(|| panic!("no {name} in {row:?}")).1
}

#[tokio::test]
async fn no_line_is_wider_than_the_terminal_and_wide_shows_all() {
    let world = a_night().await;
    let at = ["--at", "2026-11-24T19:10:00Z"];
    let commands: [&[&str]; 8] = [
        &["report", PERIOD[0], PERIOD[1], PERIOD[2], PERIOD[3]],
        &[
            "report", PERIOD[0], PERIOD[1], PERIOD[2], PERIOD[3], "--by", "owner",
        ],
        &[
            "report", PERIOD[0], PERIOD[1], PERIOD[2], PERIOD[3], "--by", "resource",
        ],
        &["sweep", "--dry-run", at[0], at[1]],
        &["doctor", at[0], at[1]],
        &["replay", "--from", "2026-11-24", "--to", "2026-11-26"],
        &["prices", "Standard_DS3_v2", "westeurope"],
        &["settings"],
    ];
    for command in commands {
        let whole = world.run_with(command, &[("COLUMNS", "40")]).await;
        for columns in [40, 64, 80, 100, 140] {
            let shown = columns.to_string();
            let printed = world.run_with(command, &[("COLUMNS", &shown)]).await;
            assert_eq!(printed.code, whole.code, "{}", printed.all());
            for line in printed.stdout.lines() {
                let width = line.chars().count();
                assert!(
                    width <= columns,
                    "{width} of {columns} columns in {command:?}:\n{}",
                    printed.stdout
                );
            }
        }
        let wide: Vec<&str> = command.iter().copied().chain(["--wide"]).collect();
        let wide = world.run_with(&wide, &[("COLUMNS", "40")]).await;
        let piped = world.run(command).await;
        for printed in [&wide, &piped] {
            assert!(
                printed.stdout.lines().any(|line| line.chars().count() > 60),
                "{command:?}:\n{}",
                printed.all()
            );
        }
    }
}

#[tokio::test]
async fn numbers_and_short_words_stay_whole_however_narrow_it_is() {
    let world = a_night().await;
    for columns in ["30", "60", "80", "100"] {
        let args = ["report", PERIOD[0], PERIOD[1], PERIOD[2], PERIOD[3]];
        let printed = world.run_with(&args, &[("COLUMNS", columns)]).await;
        // What one instance saves in a night, and both.
        for figure in ["4.65", "9.30", "Resources", "Saved"] {
            assert!(
                printed.stdout.contains(figure),
                "{figure} at {columns}:\n{}",
                printed.stdout
            );
        }
    }
}

#[tokio::test]
async fn rows_for_other_programs_hold_the_tables_figures() {
    let world = a_night().await;
    let printed = report(&world, &["--output", "csv", "--by", "resource"]).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let one = row(&printed, "w/ci-ana");
    assert_eq!((cell(&one, "saved"), cell(&one, "stops")), ("4.65", "1"));
    assert_eq!(cell(&one, "hours_off"), "12.9167");
    assert_eq!(cell(&row(&printed, "All"), "saved"), "9.30");
    // What is wrong is said, and not among the rows.
    assert!(
        printed.stderr.contains("w/ci-odd is left as it is"),
        "{}",
        printed.stderr
    );
    assert!(
        !printed.stdout.contains("left as it is"),
        "{}",
        printed.stdout
    );

    let printed = report(&world, &["--output", "tsv", "--by", "resource"]).await;
    let lines: Vec<Vec<&str>> = printed
        .stdout
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 4, "{}", printed.stdout);
    assert!(lines.iter().all(|line| line.len() == 10), "{lines:?}");
    let ana = lines
        .iter()
        .find(|line| line[0] == "w/ci-ana")
        .expect("a row");
    assert_eq!((ana[1], ana[7]), ("1", "4.65"));

    // People write tags: none of them is a formula.
    let printed = report(&world, &["--output", "csv", "--by", "owner"]).await;
    assert!(printed.stdout.contains("\n'=maria"), "{}", printed.stdout);
}

#[tokio::test]
async fn json_has_a_long_and_a_short_form_and_no_other_beside_it() {
    let world = a_night().await;
    let (long, short) = (
        report(&world, &["--output", "json"]).await,
        report(&world, &["--json"]).await,
    );
    let json = |printed: &Printed| serde_json::from_str::<Value>(&printed.stdout).expect("JSON");
    assert_eq!(json(&long), json(&short));
    for twice in [["--json", "--output=csv"], ["--csv", "--output=csv"]] {
        assert_eq!(report(&world, &twice).await.code, 2);
    }
}

#[tokio::test]
async fn every_command_with_a_table_gives_rows() {
    let world = a_night().await;
    let commands: [(&[&str], &str); 6] = [
        (
            &["sweep", "--dry-run", "--at", "2026-11-24T19:10:00Z"],
            "workspace,resource,state,decision,reason,why",
        ),
        (
            &["doctor", "--at", "2026-11-24T09:00:00Z"],
            "check,result,seen,what_to_do",
        ),
        (
            &["replay", "--from", "2026-11-24", "--to", "2026-11-26"],
            "workspace,resource,owner,at_first,stops,starts,hours_on,hours_off,upper_bound,currency,hours_without_price",
        ),
        (
            &[
                "replay",
                "--from",
                "2026-11-24",
                "--to",
                "2026-11-26",
                "--events",
            ],
            "at_utc,workspace,resource,action,reason,why",
        ),
        (
            &["prices", "Standard_DS3_v2", "westeurope"],
            "source,meter,product,type,unit,price,currency,from,until,said",
        ),
        (&["settings"], "name,value,set,default,help"),
    ];
    for (command, names) in commands {
        let args = |format| {
            command
                .iter()
                .copied()
                .chain(["--output", format])
                .collect::<Vec<_>>()
        };
        let printed = world.run(&args("csv")).await;
        assert_eq!(
            printed.stdout.lines().next(),
            Some(names),
            "{}",
            printed.all()
        );
        let mut rows = csv::Reader::from_reader(printed.stdout.as_bytes());
        let count = rows
            .records()
            .inspect(|row| assert!(row.is_ok(), "as many cells as names: {row:?}"))
            .count();
        assert!(count > 0, "{}", printed.all());
        let tsv = world.run(&args("tsv")).await;
        let cells = names.split(',').count();
        assert_eq!(tsv.stdout.lines().count(), count, "{}", tsv.all());
        assert!(
            tsv.stdout
                .lines()
                .all(|line| line.split('\t').count() == cells),
            "{}",
            tsv.stdout
        );
        assert_eq!(tsv.code, printed.code);
    }
}

#[tokio::test]
async fn a_report_is_by_resource_subscription_group_and_kind() {
    let world = a_night().await;
    let long = format!("{LONG}/ci-ana");
    for (by, name, saved) in [
        ("subscription", SUBSCRIPTION, "9.30"),
        ("group", "rg", "9.30"),
        ("kind", "instance", "9.30"),
        ("resource", long.as_str(), "4.65"),
    ] {
        let printed = report(&world, &["--by", by, "--output", "csv"]).await;
        assert_eq!(
            cell(&row(&printed, name), "saved"),
            saved,
            "{by}: {}",
            printed.stdout
        );
        let json = report(&world, &["--by", by, "--json"]).await;
        let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(json["by"], by);
        assert!(json["rows"][name].is_object(), "{by}: {json:#}");
    }
}

/// Nothing is coloured, whatever NO_COLOR and the terminal say.
#[tokio::test]
async fn nothing_steers_a_terminal() {
    let world = a_night().await;
    for settings in [
        &[("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")][..],
        &[("NO_COLOR", "1")],
    ] {
        for command in [
            &["doctor", "--at", "2026-11-24T09:00:00Z"][..],
            &["report", "--wrong"],
            &["sweep", "--dry-run", "--at", "2026-11-24T19:10:00Z"],
        ] {
            let printed = world.run_with(command, settings).await;
            assert!(!printed.all().contains('\u{1b}'), "{}", printed.all());
        }
    }
}

#[test]
fn every_shell_completes_what_is_new() {
    let folder = Folder::new("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        let output = command
            .args(["completions", shell])
            .current_dir(folder.path())
            .output();
        let script = String::from_utf8(output.expect("it runs").stdout).expect("text");
        for word in ["output", "wide", "json"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
        // Elvish and PowerShell complete names of options and not their values.
        if !["elvish", "powershell"].contains(&shell) {
            for value in ["tsv", "subscription", "group", "resource"] {
                assert!(script.contains(value), "{value} for {shell}");
            }
        }
        for command in [
            "serve",
            "sweep",
            "explain",
            "lint",
            "replay",
            "report",
            "doctor",
            "prices",
            "demo",
            "simulator",
            "settings",
            "host",
            "package",
            "completions",
            "man",
        ] {
            assert!(script.contains(command), "{command} for {shell}");
        }
    }
}
