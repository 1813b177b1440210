//! The demo: its table, and its promises over other fleets of people.

use crate::common::seeds::seeds;
use rust_decimal::Decimal;
use serde_json::Value;
use std::process::Command;

fn demo(args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    let output = command
        .arg("demo")
        .args(args)
        .env_clear()
        .output()
        .expect("the program runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn money(value: &Value) -> Decimal {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no money: {value}"))
}

#[test]
fn two_runs_of_one_seed_print_the_same_bytes() {
    // The first sweep, in which more is due than the stop limit allows, and the first evening, night and morning.
    let args = ["--json", "--seed", "7", "--days", "2"];
    let ((code, first), (_, second)) = (demo(&args), demo(&args));
    assert_eq!(code, 0, "{first}");
    assert!(first.contains("\"stop-limit\""), "nothing was put off");
    for (number, lines) in first.lines().zip(second.lines()).enumerate() {
        assert_eq!(lines.0, lines.1, "line {}", number + 1);
    }
    assert_eq!(first, second);
    let (_, other) = demo(&["--json", "--seed", "8", "--days", "1"]);
    assert_ne!(first, other, "the seed changes nothing");
}

/// A row of a table by its columns' titles.
fn row<'a>(table: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let cells = |line: &'a str| -> Vec<&'a str> {
        let line = line.trim().trim_matches('│');
        line.split('┆').map(str::trim).collect()
    };
    let mut lines = table.lines().filter(|line| line.starts_with('│'));
    let titles = cells(lines.next().expect("titles"));
    let row = lines.map(cells).find(|row| row[0] == name);
    let row = row.unwrap_or_else(|| panic!("no row {name} in:\n{table}"));
    titles.into_iter().zip(row).collect()
}

/// The kinds that the demo acts on, as its table names them, but for workbenches, of which nothing is ever saved.
const SAVING: [&str; 5] = ["aks", "cluster", "deployment", "instance", "vm"];

/// README shows some rows and columns of the table of kinds of the seed that the demo has without one.
fn readme_shows(printed: &str) {
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("README.md");
    let (_, table) = printed.split_once("│ Kind").expect("a table of kinds");
    let table = &format!("│ Kind{table}");
    for name in SAVING.into_iter().chain(["workbench", "All"]) {
        let played = row(table, name);
        for cell in row(&readme, name) {
            assert!(
                played.contains(&cell),
                "README has {cell:?} of {name}:\n{table}"
            );
        }
    }
    let (_, fell) = table.split_once("The bill fell from ").expect("the bill");
    let (_, fell) = fell.split_once('(').expect("a share");
    let (fell, rest) = fell.split_once(" %").expect("a share");
    let (_, claimed) = rest.split_once("That is ").expect("a share");
    let (claimed, _) = claimed.split_once(" %").expect("a share");
    let claimed = claimed.parse::<Decimal>().expect("a number");
    // A saved figure that claims little would be true, too.
    assert!(claimed >= Decimal::from(95), "{claimed} % of the fall");
    let claimed = claimed.round();
    let sentence =
        format!("The bill fell by {fell} %, and the saved figure claims {claimed} % of that fall.");
    assert!(readme.contains(&sentence), "README lacks: {sentence}");
}

#[test]
fn fortnights_of_other_seeds_keep_every_promise() {
    // The whole fortnight where many are asked for: of the seed that README shows it is played beside this.
    let days = if seeds(1).count() > 1 { "14" } else { "3" };
    for seed in seeds(1) {
        let (code, printed) = demo(&["--json", "--days", days, "--seed", &seed.to_string()]);
        let outcome: Value =
            serde_json::from_str(&printed).unwrap_or_else(|_| panic!("seed {seed}: {printed}"));
        let check = &outcome["check"];
        for promise in [
            "jobs_killed",
            "pods_killed",
            "starts_undone",
            "left_on",
            "overstated",
            "problems",
        ] {
            assert_eq!(
                check[promise].as_array().map(Vec::len),
                Some(0),
                "seed {seed}, {promise}: {}",
                check[promise]
            );
        }
        assert_eq!(
            (code, check["repeated_actions"].as_u64()),
            (0, Some(0)),
            "seed {seed}"
        );
        assert!(
            check["second_sweeps"].as_u64() > Some(5),
            "seed {seed}: too few second sweeps were tried"
        );
        naive_recount(seed, &outcome);
        kinds_add_up(seed, &outcome);
        workbenches_save_nothing(seed, &outcome);
    }
}

/// The rows of the table of kinds add up to what is said of all, and each kind that is acted on was.
fn kinds_add_up(seed: u64, outcome: &Value) {
    let kinds = outcome["kinds"].as_object().expect("kinds");
    for name in SAVING {
        let row = &kinds[name];
        let (stops, saved) = (row["stops"].as_u64(), money(&row["figures"]["saved"]));
        assert!(
            stops > Some(0) && saved > Decimal::ZERO,
            "seed {seed}, {name}: {row}"
        );
    }
    let sum = |of: &dyn Fn(&Value) -> Decimal| kinds.values().map(of).sum::<Decimal>();
    let total = &outcome["report"]["total"];
    let bills = outcome["bills"].as_object().expect("bills");
    let billed = |place: usize| -> Decimal {
        let all = bills.values().map(|bill| money(&bill[place]));
        all.sum::<Decimal>().round_dp(9)
    };
    let figure = |name: &str| sum(&|row| money(&row["figures"][name]));
    let count = |name: &str| sum(&|row| Decimal::from(row[name].as_u64().expect("a count")));
    assert_eq!(
        (
            [figure("saved"), figure("upper_bound")].map(|sum| sum.round_dp(9)),
            ["resources", "stops", "starts"].map(count),
            sum(&|row| money(&row["billed"])).round_dp(9),
            sum(&|row| money(&row["without"])).round_dp(9),
        ),
        (
            ["saved", "upper_bound"].map(|name| money(&total["figures"][name]).round_dp(9)),
            ["resources", "stops", "starts"]
                .map(|name| Decimal::from(total[name].as_u64().expect("a count"))),
            billed(0),
            billed(1),
        ),
        "seed {seed}"
    );
}

/// Workbenches are stopped and started, all of them are watched, and neither their hours off nor their pools are money.
fn workbenches_save_nothing(seed: u64, outcome: &Value) {
    let row = &outcome["kinds"]["workbench"];
    let figures = &row["figures"];
    let count = |value: &Value| value.as_i64().expect("a count");
    assert!(
        count(&row["stops"]) > 2 && count(&row["starts"]) > 0,
        "seed {seed}: {row}"
    );
    assert!(count(&figures["saved_seconds"]) > 0, "seed {seed}: {row}");
    assert_eq!(
        figures["saved_seconds"], figures["unpriced_seconds"],
        "seed {seed}: {row}"
    );
    // Nothing tells whether somebody came.
    assert_eq!(count(&figures["unused_seconds"]), 0, "seed {seed}: {row}");
    let of = |name: &str| money(&figures[name]);
    assert_eq!(
        ["saved", "upper_bound", "unused", "unwatched", "projected"].map(of),
        [Decimal::ZERO; 5],
        "seed {seed}: {row}"
    );
    let (billed, without) = (money(&row["billed"]), money(&row["without"]));
    assert!(
        billed > Decimal::ZERO && billed == without,
        "seed {seed}: {row}"
    );
    assert_eq!(
        outcome["check"]["watched"], outcome["report"]["total"]["resources"],
        "seed {seed}"
    );
}

/// The total, against a recount of the simulator's two bills that knows nothing of intervals.
fn naive_recount(seed: u64, outcome: &Value) {
    let (mut with, mut without) = (Decimal::ZERO, Decimal::ZERO);
    for (id, bill) in outcome["bills"].as_object().expect("bills") {
        let (billed, would) = (money(&bill[0]), money(&bill[1]));
        (with, without) = (with + billed, without + would);
        let saved = outcome["report"]["resources"]
            .get(id)
            .map_or(Decimal::ZERO, |figures| money(&figures["saved"]));
        let upper = outcome["report"]["resources"]
            .get(id)
            .map_or(Decimal::ZERO, |figures| money(&figures["upper_bound"]));
        assert!(saved <= upper, "seed {seed}, {id}: {saved}, {upper}");
        assert!(
            saved <= would - billed,
            "seed {seed}, {id}: {saved} of {}",
            would - billed
        );
    }
    let total = &outcome["report"]["total"]["figures"];
    let (saved, upper) = (money(&total["saved"]), money(&total["upper_bound"]));
    let fell = without - with;
    assert!(
        fell > Decimal::ZERO && saved <= fell && saved <= upper,
        "seed {seed}: {saved}, {upper}, {fell}"
    );
    println!(
        "seed {seed}: claimed as saved: {:.1} % of what the bill fell; left out: {}",
        saved / fell * Decimal::ONE_HUNDRED,
        outcome["report"]["beyond"]
    );
    // Seven tenths of what the bill really fell are to be claimed: a saved figure of nothing would be true as well.
    assert!(
        saved * Decimal::TEN >= fell * Decimal::from(7),
        "seed {seed}: {saved} of {fell}"
    );
}

/// The rows of the table of workspaces add up to its last one: what pools cost is in their account's.
fn places_add_up(printed: &str) {
    let (table, _) = printed.split_once("│ Kind").expect("a table of kinds");
    let lines = table.lines().filter(|line| line.starts_with('│')).skip(1);
    let names = lines.filter_map(|line| line.trim_matches('│').split('┆').next());
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    let (mut sums, mut all) = ([Decimal::ZERO; 2], [Decimal::ZERO; 2]);
    for name in names {
        let cells = row(table, name);
        let cell = |title: &str| {
            let (_, text) = cells.iter().find(|(of, _)| *of == title).expect("a column");
            text.replace(',', "").parse::<Decimal>().expect("money")
        };
        let own = ["Billed", "Without Lamplighter"].map(cell);
        match name {
            "All" => all = own,
            _ => sums = [sums[0] + own[0], sums[1] + own[1]],
        }
    }
    for (sum, all) in sums.into_iter().zip(all) {
        let rounded = (sum - all).abs();
        assert!(rounded < Decimal::new(10, 2), "{sum}, not {all}:\n{table}");
    }
}

/// The pools on which nothing has room once somebody's container instance was stopped for good.
fn pools_that_idle_are_told(ledger: &std::path::Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command.env_clear().env("LEDGER", ledger);
    let output = command.args(["report", "--ungoverned", "--json"]).output();
    let told = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
    let pools = "none while 1 stopped workbench(es) have room there";
    for part in ["\"name\": \"trial\"", pools, "2 A100_80GB"] {
        assert!(told.contains(part), "{part} in:\n{told}");
    }
}

/// Its page, of the whole fortnight, is right on a phone, a tablet, a desk and at most 12 sheets of A4.
fn is_printed_on_few_sheets(ledger: &std::path::Path, printed: &str) {
    let report = |shape: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
        command.env_clear().env("LEDGER", ledger);
        let period = ["report", "--from", "2026-10-19", "--to", "2026-11-02"];
        let output = command.args(period).args(shape).output();
        String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
    };
    let (page, json) = (report(&["--html", "-"]), report(&["--page-json"]));
    spends_no_more_than_was_billed(&json, printed);
    crate::page::looked_at(&ledger.with_extension("html"), &page, &json, Some(12));
}

/// What the page says was spent on a kind, beside the simulator's bill of it, which knows all prices, and disks and addresses.
fn spends_no_more_than_was_billed(page: &str, printed: &str) {
    let page: Value = serde_json::from_str(page).expect("JSON");
    let groups = page["groups"].as_array().expect("groups");
    let kinds = groups.iter().find(|group| group["by"] == "kind");
    let kinds = kinds.expect("by kind")["rows"].as_array().expect("rows");
    let (_, table) = printed.split_once("│ Kind").expect("a table of kinds");
    let table = &format!("│ Kind{table}");
    for name in SAVING {
        let of_kind = kinds.iter().find(|row| row["name"] == name);
        let spent = &of_kind.unwrap_or_else(|| panic!("no {name}: {page}"))["spent"];
        let cells = row(table, name);
        let (_, billed) = cells
            .iter()
            .find(|(title, _)| *title == "Billed")
            .expect("a column");
        let billed: Decimal = billed.replace(',', "").parse().expect("money");
        let (money, unpriced) = (money(&spent["spent"]), &spent["on_unpriced_seconds"]);
        // A stop is seen by the sweep after it.
        let (least, most) = (billed * Decimal::new(8, 1), billed * Decimal::new(102, 2));
        assert!(money <= most, "{name}: {money} of {billed}");
        assert!(
            money > least || *unpriced != 0,
            "{name}: {money} of {billed}"
        );
    }
}

#[test]
fn the_table_names_what_was_done_left_and_mistyped() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("demo-{:x}", fastrand::u64(..)));
    let (code, table) = demo(&["--keep", folder.to_str().expect("a name")]);
    assert_eq!(code, 0, "{table}");
    for part in [
        "Workspace",
        "Saved",
        "Upper bound",
        "Without Lamplighter",
        "Kind",
        "ml-lisbon-nlp",
        "All",
        "Mon-Fry",
        "Mon-Fri 08:00-19:00",
        "0 jobs cut short",
        "aif-lisbon/assistants",
        "its pool goes on being paid",
    ] {
        assert!(table.contains(part), "{part} in:\n{table}");
    }
    readme_shows(&table);
    places_add_up(&table);
    pools_that_idle_are_told(&folder);
    assert!(folder.join("records").is_dir());
    is_printed_on_few_sheets(&folder, &table);
    let again = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args(["demo", "--keep"])
        .arg(&folder)
        .output()
        .expect("it runs");
    assert!(
        !again.status.success() && String::from_utf8_lossy(&again.stderr).contains("not empty")
    );
    let _ = std::fs::remove_dir_all(&folder);
}
