//! The command itself, on a ledger in a folder and nothing else.

use super::*;
use lamplighter_agent::recommend::{HourPrices, Kept, Question, Row, Which, answer, keep, read};
use lamplighter_agent::report::ungoverned::Ungoverned;
use lamplighter_agent::settings::Settings;
use lamplighter_core::recommend::Terms;
use std::cell::Cell;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Two weeks, the least that teaches something, and two days: sweeps of the last look at what was before it.
const DAYS: i64 = 16;

fn end() -> DateTime<Utc> {
    begin() + TimeDelta::days(DAYS)
}

fn run(ledger: &Folder, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    let (from, to) = (begin().to_rfc3339(), end().to_rfc3339());
    let period = ["recommend", "--from", &from, "--to", &to];
    command.args(period).args(args).env_clear();
    command.env("LEDGER", ledger.path()).env("COLUMNS", "100");
    command.output().expect("the program runs")
}

fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

fn json_of(ledger: &Folder, args: &[&str]) -> Value {
    let output = run(ledger, &[args, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn row<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let rows = answer["resources"].as_array().expect("rows");
    let found = rows.iter().find(|row| row["resource"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {answer}"))
}

/// Ana forgets hers each evening, and nobody uses the other one.
async fn weeks() -> Folder {
    let folder = Folder::new("recommend");
    let ledger = Ledger::scratch(folder.path()).await.expect("a ledger");
    let names = [("ana", json!({})), ("nobody", Value::Null)];
    let (simulator, context) = open(&people(1, &names, &json!({})), ledger).await;
    sweeps((&simulator, &context), begin(), end(), STEP).await;
    folder
}

#[tokio::test]
async fn the_ledger_alone_tells_which_tag_would_have_saved_most() {
    let ledger = weeks().await;
    let answer = json_of(&ledger, &[]);
    let ana = row(&answer, "ana");
    assert_eq!(ana["verdict"], "recommended", "{ana}");
    assert_eq!(
        (&ana["stops_in_use"], &ana["governed"]),
        (&json!(0), &json!(false)),
        "{ana}"
    );
    let seconds = |row: &Value, name: &str| row[name].as_i64().expect("seconds");
    let parts = ["used_seconds", "quiet_seconds", "unknown_seconds"];
    let parts: i64 = parts.iter().map(|part| seconds(ana, part)).sum();
    assert_eq!(parts, seconds(ana, "on_seconds"), "{ana}");
    // She is there for 8 to 9 hours of 24, on five days of seven.
    assert!(seconds(ana, "month_seconds") > 730 * 3600 / 2, "{ana}");
    let nobody = row(&answer, "nobody");
    assert!(
        seconds(nobody, "month_seconds") > 730 * 3600 * 9 / 10,
        "{nobody}"
    );
    let codes = answer["findings"].as_array().expect("findings").iter();
    let codes = codes.filter(|one| one["resource"]["name"] == "nobody");
    let codes: Vec<&Value> = codes.map(|one| &one["code"]).collect();
    assert!(
        codes.contains(&&json!("always-on")) && codes.contains(&&json!("no-idle-timer")),
        "{codes:?}"
    );
    only_those_that_are_asked_for(&ledger);
    a_tag_is_tried_on_all_of_them(&ledger);
    it_is_printed_as_everything_is(&ledger);
    the_page_shows_what_the_sweeps_of_the_last_day_found(&ledger);
    it_is_worked_out_once_a_day_and_what_is_kept_stays_until_there_is_better(&ledger).await;
}

fn only_those_that_are_asked_for(ledger: &Folder) {
    // One tag is played sooner than all that might be recommended.
    let set = ["--set", "lamp-idle=1h"];
    for args in [&["w/ANA", "rg/w/ana"][..], &["--workspace", "w", "ana"]] {
        let answer = json_of(ledger, &[&set[..], args].concat());
        assert_eq!(
            answer["resources"].as_array().map(Vec::len),
            Some(1),
            "{args:?}: {answer}"
        );
    }
    let none = json_of(ledger, &["--kind", "vm"]);
    assert_eq!(none["resources"], json!([]));
    let output = run(ledger, &["w/anna"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("w/anna: the ledger knows no resource of this name"),
        "{}",
        text(&output)
    );
}

fn a_tag_is_tried_on_all_of_them(ledger: &Folder) {
    let lunch = json_of(ledger, &["--set", "lamp-schedule=Mon-Fri 08:00-12:00 UTC"]);
    let ana = row(&lunch, "ana");
    assert!(ana["tried"]["stops_in_use"].as_i64() >= Some(10), "{ana}");
    let nobody = row(&lunch, "nobody");
    assert_eq!(nobody["tried"]["stops_in_use"], 0, "{nobody}");
    // 20 of 168 hours of a week are left, from the first morning on.
    let month = nobody["tried"]["month_seconds"].as_f64().expect("seconds") / 3600.0;
    assert!((month - 730.0 * 148.0 / 168.0).abs() < 15.0, "{month}");
    let output = run(ledger, &["--set", "lamp-schedule=Mon-Fry"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("Fry"), "{}", text(&output));
}

fn it_is_printed_as_everything_is(ledger: &Folder) {
    let table = text(&run(ledger, &[]));
    assert!(
        table.lines().all(|line| line.chars().count() <= 100),
        "{table}"
    );
    assert!(table.contains("What else costs money"), "{table}");
    let set = ["--set", "lamp-idle=1h", "--output"];
    let csv = text(&run(ledger, &[&set[..], &["csv"]].concat()));
    let header = csv.lines().next().expect("a header");
    for name in ["saves_a_month", "stops_in_use", "starts_by_hand"] {
        assert!(header.contains(name), "{header}");
    }
    let tsv = text(&run(ledger, &[&set[..], &["tsv"]].concat()));
    assert_eq!(
        tsv.lines().filter(|line| line.starts_with("w\t")).count(),
        2,
        "{tsv}"
    );
}

fn the_page_shows_what_the_sweeps_of_the_last_day_found(ledger: &Folder) {
    let report = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command.env_clear().env("LEDGER", ledger.path());
        let month = ["report", "--from", "2026-11-01"];
        let output = command.args(month).args(more).output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    let page = |more: &[&str]| -> Value {
        let printed = report(&[&["--page-json"], more].concat());
        serde_json::from_str(&printed).expect("JSON")
    };
    let kept = page(&["--to", "2026-12-01"])["recommended"].clone();
    let end = kept["to"].as_str().expect("a time").to_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    let from = kept["from"].as_str().expect("a time");
    let period = ["recommend", "--json", "--from", from, "--to", &end];
    let asked = command
        .env_clear()
        .env("LEDGER", ledger.path())
        .args(period);
    let asked = asked.output().expect("the program runs");
    let asked: Value = serde_json::from_slice(&asked.stdout).expect("JSON");
    let tags = kept["tags"].as_array().expect("rows");
    assert_eq!((tags.len(), &kept["tags_count"]), (2, &json!(2)), "{kept}");
    for one in tags {
        let name = one["resource"]["name"].as_str().expect("a name");
        let row = row(&asked, name);
        for part in ["tags", "month_seconds", "starts_by_hand"] {
            assert_eq!(one[part], row[part], "{part} of {name}");
        }
        assert_eq!((&one["month"], &one["cost"]), (&row["month"], &row["cost"]));
    }
    assert_eq!(kept["month"], asked["month"]);
    assert_eq!(kept["findings"][0]["code"], asked["findings"][0]["code"]);
    // It says nothing of a time that was over before, and nothing of other owners.
    let before = page(&["--to", "2026-11-10"]);
    assert_eq!(before["recommended"], Value::Null);
    let others = page(&["--to", "2026-12-01", "--owner", "nobody-else@example.org"]);
    assert_eq!(others["recommended"]["tags"], json!([]));
    let html = report(&["--to", "2026-12-01", "--html", "-"]);
    assert!(html.contains("What tags would save"), "{html}");
    let tag = tags[0]["tags"][0].as_str().expect("a tag");
    assert!(html.contains(tag), "no {tag}: {html}");
}

/// Where time is over in the midst, some are not looked at, and of the others the answer is whole.
async fn what_is_not_reached_is_counted(ledger: &Ledger) {
    let known = read(ledger, begin(), end()).await.expect("a ledger");
    let defaults = Settings::from_lookup(|_| None).expect("settings").defaults;
    let question = Question {
        which: Which::default(),
        set: Vec::new(),
        all: false,
        terms: Terms {
            defaults,
            lease: TimeDelta::hours(4),
        },
    };
    let told = |goes_on: &dyn Fn() -> bool| {
        let prices = (&HourPrices::new(), "USD");
        answer(&known, &question, prices, &Ungoverned::default(), goes_on)
    };
    let whole = told(&|| true);
    assert_eq!((whole.resources.len(), whole.not_reached), (2, 0));
    let asked = Cell::new(0);
    let part = told(&|| asked.replace(asked.get() + 1) == 0);
    assert_eq!((part.resources.len(), part.not_reached), (1, 1));
    let name = |row: &Row| row.advice.resource.name.clone();
    let same = whole
        .resources
        .iter()
        .find(|row| name(row) == name(&part.resources[0]));
    assert_eq!(same.map(|row| &row.advice), Some(&part.resources[0].advice));
}

async fn it_is_worked_out_once_a_day_and_what_is_kept_stays_until_there_is_better(folder: &Folder) {
    let ledger = Ledger::scratch(folder.path()).await.expect("a ledger");
    what_is_not_reached_is_counted(&ledger).await;
    let settings = Settings::from_lookup(|_| None).expect("settings");
    let kept = folder.join("derived/recommended.json");
    let text = || std::fs::read_to_string(&kept).expect("what is kept");
    let morning = end() + TimeDelta::hours(27);
    let in_time = Instant::now() + Duration::from_secs(600);
    let before = text();
    let made = keep(&ledger, &settings, morning, in_time).await;
    assert_eq!(made.expect("it is made"), Kept::Now);
    let made_now = text();
    assert_ne!(made_now, before);
    let again = keep(&ledger, &settings, morning + TimeDelta::hours(9), in_time).await;
    assert_eq!(again.expect("nothing"), Kept::Before);
    let tomorrow = morning + TimeDelta::days(1);
    let late = keep(&ledger, &settings, tomorrow, Instant::now()).await;
    assert_eq!(late.expect("nothing"), Kept::NoTime);
    assert_eq!(text(), made_now);
    // What another version wrote, or somebody else, is no part of the page, and spoils none of it.
    for other in [
        made_now.replacen("\"schema\":1", "\"schema\":2", 1),
        "{".to_owned(),
    ] {
        std::fs::write(&kept, other).expect("written over");
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command.env_clear().env("LEDGER", folder.path());
        let page = command.args(["report", "--from", "2026-11-01", "--to", "2026-12-01"]);
        let page = page.arg("--page-json").output().expect("the program runs");
        assert!(page.status.success(), "{}", self::text(&page));
        let page: Value = serde_json::from_slice(&page.stdout).expect("JSON");
        assert_eq!(page["recommended"], Value::Null);
    }
}

/// Calls for metrics in three hours of sweeps every ten minutes.
async fn asked(watch: &str) -> u64 {
    let fleet = people(
        1,
        &[("ana", json!({})), ("nobody", Value::Null)],
        &json!({}),
    );
    let (simulator, context) = open_with(&fleet, Ledger::in_memory(), watch).await;
    let end = begin() + TimeDelta::hours(3);
    sweeps((&simulator, &context), begin(), end, TimeDelta::minutes(10)).await;
    let calls = serde_json::to_value(simulator.calls()).expect("JSON");
    let routes = calls["routes"].as_array().expect("routes").iter();
    let metrics = routes.filter(|route| {
        route["route"]
            .as_str()
            .is_some_and(|route| route.contains("getBatch"))
    });
    metrics.filter_map(|route| route["count"].as_u64()).sum()
}

#[tokio::test]
async fn work_is_looked_for_once_an_hour_and_only_where_the_platform_asks_for_it() {
    assert_eq!((asked("false").await, asked("true").await), (0, 3));
}
