//! The page, of a year of two hundred instances, as people open it: from the program, from the function, in Chromium.

mod whose;
mod year;
mod zones;

use rust_decimal::Decimal;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A ledger of a year, made once for all tests. It outlives them: the next run removes it.
fn ledger() -> &'static Path {
    static LEDGER: OnceLock<PathBuf> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        let _ = std::fs::remove_dir_all(&folder);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(year::write(&folder));
        folder
    })
}

fn report(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    command
        .env_clear()
        .env("LEDGER", ledger())
        .arg("report")
        .args(args);
    command.output().expect("the program runs")
}

const PERIOD: [&str; 4] = ["--from", "2026-11-01", "--to", "2026-11-23T18:00:00Z"];

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn page(more: &[&str]) -> String {
    text(&report(&[&PERIOD[..], &["--html", "-"], more].concat()))
}

/// The page in English, made once.
fn english() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| page(&[]))
}

/// What it shows, made once.
fn json() -> &'static Value {
    static SHOWN: OnceLock<Value> = OnceLock::new();
    SHOWN.get_or_init(|| {
        let printed = text(&report(&[&PERIOD[..], &["--page-json"]].concat()));
        serde_json::from_str(&printed).expect("JSON")
    })
}

#[test]
fn the_page_shows_what_the_report_counts() {
    let (shown, counted) = (json(), text(&report(&[&PERIOD[..], &["--json"]].concat())));
    let counted: Value = serde_json::from_str(&counted).expect("JSON");
    assert_eq!(shown["total"], counted["total"]["figures"]);
    assert_eq!(shown["causes"], counted["causes"]);
    assert_eq!(shown["week"]["count"], 200);
    assert_eq!(shown["before"]["recorded"], true);
    let saved: f64 = shown["total"]["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a number");
    assert!(saved > 1_000.0, "{saved}");
}

/// From the columns that a controller has: seconds, prices, and what each row counts as.
#[test]
fn the_rows_for_a_spreadsheet_recompute_what_was_spent() {
    let shown = json();
    let rows = text(&report(&[&PERIOD[..], &["--csv"]].concat()));
    let mut reader = ::csv::Reader::from_reader(rows.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let column = |name: &str| {
        head.iter()
            .position(|known| known == name)
            .expect("a column")
    };
    let (kind, seconds, price, place) = (
        column("kind"),
        column("seconds"),
        column("price_per_hour"),
        column("workspace"),
    );
    let (mut spent, mut always_on, mut of_first) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    let (mut could_be_saved, without_tag) = (Decimal::ZERO, column("could_be_saved"));
    let first = shown["groups"][0]["rows"][0].clone();
    for row in reader.records() {
        let row = row.expect("a row");
        let money = || {
            let number = |at: usize| row[at].parse::<Decimal>().unwrap_or_default();
            number(seconds) * number(price)
        };
        could_be_saved += row[without_tag].parse::<Decimal>().unwrap_or_default();
        match &row[kind] {
            "on" => {
                spent += money();
                always_on += money();
                of_first += if row[place] == first["name"] {
                    money()
                } else {
                    Decimal::ZERO
                };
            }
            "off" => always_on += money(),
            _ => {}
        }
    }
    let exact = |value: &Value| {
        value
            .as_str()
            .expect("money")
            .parse::<Decimal>()
            .expect("money")
    };
    let hours = Decimal::from(3600);
    assert!(spent > Decimal::from(1_000_000));
    assert_eq!((spent / hours).normalize(), exact(&shown["spent"]["spent"]));
    assert_eq!(
        (always_on / hours).normalize(),
        exact(&shown["spent"]["always_on"])
    );
    let tags = &shown["recommended"];
    assert_eq!(
        (&tags["tags_count"], &tags["unpriced"]),
        (&40.into(), &1.into())
    );
    assert_eq!(tags["tags"].as_array().map(Vec::len), Some(30));
    // Those that say the same are one line.
    assert_eq!(
        (&tags["findings_count"], &tags["findings"][0]["count"]),
        (&36.into(), &30.into())
    );
    assert_eq!(exact(&tags["month"]), Decimal::new(9155 * 39, 2));
    let could = exact(&shown["could_be_saved"]["spent"]);
    assert!(could > Decimal::from(100));
    assert_eq!(could_be_saved.round_dp(9), could.round_dp(9));
    assert_eq!(
        (of_first / hours).normalize(),
        exact(&first["spent"]["spent"])
    );
}

#[test]
fn the_last_month_is_the_page_and_those_before_are_the_reports() {
    let shown = json();
    let months = shown["months"].as_array().expect("months");
    assert_eq!(
        (months.len(), &months[0]["month"]),
        (12, &Value::from("2025-12-01"))
    );
    assert_eq!(months[11]["figures"], shown["total"]);
    assert_eq!(months[11]["spent"], shown["spent"]);
    let october = text(&report(&["--month", "2026-10", "--json"]));
    let october: Value = serde_json::from_str(&october).expect("JSON");
    assert_eq!(months[10]["figures"], october["total"]["figures"]);
    // A whole month's page is made from the months that were read.
    let page = text(&report(&["--month", "2026-10", "--page-json"]));
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(
        (&page["total"], &page["spent"]),
        (&months[10]["figures"], &months[10]["spent"])
    );
    assert_eq!(page["before"]["whole"], months[9]["figures"]);
    assert_eq!(page["last_sweep"], october["last_sweep"]);
    // Every day of the last weeks was watched, and each is as its weekday was.
    let outlook = &shown["outlook"];
    assert_eq!(
        (&outlook["watched_days"], &outlook["unusual"]),
        (&Value::from(28), &serde_json::json!([]))
    );
    assert!(outlook["run_rate"]["saved"].is_string() && outlook["forecast"]["spent"].is_object());
    assert_eq!(outlook["compared_days"], 22);
}

#[test]
fn months_that_lie_ahead_are_none_of_the_page() {
    let month = || chrono::Utc::now().format("%Y-%m-01").to_string();
    let (today, before) = (chrono::Utc::now().date_naive().to_string(), month());
    let ahead = ["--from", &today, "--to", "9999-12-31", "--page-json"];
    let shown: Value = serde_json::from_str(&text(&report(&ahead))).expect("JSON");
    let last = &shown["months"][11]["month"];
    assert!(*last == before || *last == month(), "{last}");
}

#[test]
fn the_week_ends_with_the_periods_last_day() {
    let ends = |to: &str| {
        let args = ["--from", "2026-11-01", "--to", to, "--page-json"];
        let shown: Value = serde_json::from_str(&text(&report(&args))).expect("JSON");
        let week = &shown["week"];
        (week["from"].to_string(), week["to"].to_string())
    };
    let week = |from: &str, to: &str| {
        (
            format!("\"{from}T00:00:00Z\""),
            format!("\"{to}T00:00:00Z\""),
        )
    };
    assert_eq!(
        ends("2026-11-23T18:00:00Z"),
        week("2026-11-17", "2026-11-24")
    );
    // A period of whole days ends before its `to`, so that day has no column.
    assert_eq!(ends("2026-11-23"), week("2026-11-16", "2026-11-23"));
}

#[test]
fn it_is_one_small_file_that_asks_for_nothing() {
    let page = english();
    assert!(page.len() < 2 * 1024 * 1024, "{} bytes", page.len());
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn what_people_wrote_stays_text() {
    let page = english();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 1, "only the filter's own");
    assert!(
        page.contains(r"<bdi>\u202egnp.exe</bdi>"),
        "a name of another direction is kept apart, and what would turn it is written out"
    );
}

#[test]
fn numbers_and_dates_are_the_readers() {
    let exact: f64 = json()["total"]["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a number");
    let whole = format!("{}", exact.trunc());
    let (thousands, rest) = whole.split_at(whole.len() - 3);
    let (english, german) = (english(), page(&["--lang", "de"]));
    assert!(english.contains(&format!("{thousands},{rest}.")) && english.contains("1 Nov 2026"));
    assert!(german.contains(&format!("{thousands}.{rest},")) && german.contains("01.11.2026"));
    let refused = report(&["--html", "-", "--lang", "tlh"]);
    assert_eq!(refused.status.code(), Some(2));
}

/// Chromium: `CHROMIUM`, or where Debian puts it. Never skipped: a page is what it looks like.
#[test]
fn chromium_finds_nothing_wrong() {
    looked_at(
        &ledger().with_extension("html"),
        english(),
        &json().to_string(),
        None,
    );
}

/// Opens a page, of which `json` is what it shows, and prints it on at most so many sheets. The folder is made for that.
pub fn looked_at(folder: &Path, page: &str, json: &str, sheets: Option<u32>) {
    std::fs::create_dir_all(folder).expect("a folder");
    let (html, data) = (folder.join("page.html"), folder.join("page.json"));
    std::fs::write(&html, page).expect("the page");
    std::fs::write(&data, json).expect("its figures");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/check.cjs");
    let mut look = Command::new("node");
    look.arg(script).arg(&html).arg(&data);
    look.args(sheets.map(|sheets| sheets.to_string()));
    let looked = look.output().expect("Node is installed");
    assert!(
        looked.status.success(),
        "{}{}",
        String::from_utf8_lossy(&looked.stdout),
        String::from_utf8_lossy(&looked.stderr)
    );
    let _ = std::fs::remove_dir_all(folder);
}

/// Whether a page that was opened with a key in its address holds it, and where its link to the period before leads.
fn a_link_followed(page: &str, key: &str) -> Value {
    let file = ledger().with_extension("links.html");
    std::fs::write(&file, page).expect("the page");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/links.cjs");
    let followed = Command::new("node")
        .arg(script)
        .arg(&file)
        .arg(key)
        .output();
    let _ = std::fs::remove_file(&file);
    serde_json::from_str(&text(&followed.expect("Node is installed"))).expect("JSON")
}

#[test]
fn the_function_serves_it_in_the_readers_language_and_lets_nobody_keep_it() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let port = port.expect("a port").port();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_lamplighter"));
    serve
        .env_clear()
        .env("LEDGER", ledger())
        .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string());
    serve
        .env("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi")
        .env("IDENTITY_HEADER", "none");
    let serve = serve
        .arg("serve")
        .stdout(std::process::Stdio::null())
        .spawn();
    let mut serve = Ends(serve.expect("it starts"));
    let answer = ask(port, &mut serve, "");
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "{}",
        &answer[..answer.len().min(400)]
    );
    let head = answer
        .split("\r\n\r\n")
        .next()
        .expect("a head")
        .to_lowercase();
    for header in [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; style-src 'sha256-",
        "frame-ancestors 'none'",
    ] {
        assert!(head.contains(header), "{header} in\n{head}");
    }
    assert!(answer.contains("The week of every resource"));
    let chosen = "?month=2026-10&owner=person7%40example.org&zone=Europe/Lisbon&code=KEY";
    let answer = ask(port, &mut serve, chosen);
    assert!(
        answer.contains("01.10.2026 to 01.11.2026") && answer.contains("Days of Europe/Lisbon")
    );
    for (rel, month) in [("prev", "2026-09"), ("next", "2026-11")] {
        let link = format!(
            "rel=\"{rel}\" href=\"?month={month}&amp;owner=person7%40example.org&amp;zone=Europe%2FLisbon\""
        );
        assert!(answer.contains(&link), "{link}");
    }
    assert!(!answer.contains("KEY"), "the reader's key is in the page");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    assert_eq!(
        a_link_followed(body, "KEY"),
        serde_json::json!({"kept": false, "followed": "?month=2026-09&owner=person7%40example.org&zone=Europe%2FLisbon&code=KEY"})
    );
    assert!(
        answer.contains("instance-21") && !answer.contains("instance-30"),
        "of another owner"
    );
    let refused = ask(port, &mut serve, "?month=2026-13");
    assert!(
        refused.starts_with("HTTP/1.1 400") && refused.contains("expected a month such as 2026-11")
    );
}

/// A process that ends with its test.
struct Ends(std::process::Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks for the page as soon as somebody listens.
fn ask(port: u16, serve: &mut Ends, query: &str) -> String {
    use std::io::{Read, Write};
    loop {
        assert!(serve.0.try_wait().expect("a process").is_none(), "it ended");
        let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else {
            std::thread::yield_now();
            continue;
        };
        let request = format!(
            "GET /api/report{query} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: de\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        return String::from_utf8_lossy(&answer).into_owned();
    }
}
