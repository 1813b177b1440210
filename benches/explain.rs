//! `explain --batch` of 100,000 lines: reading, deciding and answering, in one thread and apart from the pipe.
//!
//! Run by hand: `cargo bench --bench explain`. Different tags, zones, states and instants over sixteen years, so that
//! nothing remembered from the last line helps.

use chrono::{DateTime, SecondsFormat, TimeDelta};
use lamplighter_core::explain::{Answerer, Ask, Base, batch};
use lamplighter_core::policy::Defaults;
use lamplighter_core::tz;
use std::time::Instant;

const LINES: usize = 100_000;
const ROUNDS: usize = 5;

/// The `n`th case: most have windows, some cron lines, holidays, holds, a slip or a job.
fn line(n: usize) -> String {
    let places: Vec<&str> = tz::names().filter(|name| name.contains('/')).collect();
    let zone = places[n * 31 % places.len()];
    let day = ["Mon-Fri", "daily", "Sat", "Mon,Wed,Fri", "Fry"][n % 47 % 5];
    let (start, end) = (n * 7 % 720, 725 + n * 11 % 700);
    let clock = |minutes: usize| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let schedule = match n % 10 {
        0 => format!(
            "start {} {} * * 1-5; stop 0 20 * * *",
            start % 60,
            start / 60
        ),
        1 => "stop daily 19:00".to_string(),
        _ => format!("{day} {}-{}", clock(start), clock(end)),
    };
    let more = match n % 7 {
        0 => r#","lamp-holidays":"PT""#,
        1 => r#","lamp-hold":"on until 2026-12-24""#,
        2 => r#","lamp-idle":"60m","lamp-notice":"15m""#,
        _ => "",
    };
    let now = DateTime::from_timestamp(1_577_836_800 + (n as i64 * 7_919 * 3_600) % 504_000_000, 0);
    let now = now.unwrap_or_default();
    let before = (now - TimeDelta::hours(20)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let now = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let state = ["Running", "Stopped"][n % 2];
    let jobs = if n.is_multiple_of(11) {
        r#","jobs":["train"]"#
    } else {
        ""
    };
    format!(
        r#"{{"id":"m{n}","tags":{{"lamp-schedule":"{schedule} {zone}"{more},"owner":"ana"}},"workspaceTags":{{"lamp-mode":"enforce"}},"now":"{now}","state":"{state}","lastOperation":{{"operationName":"Start","operationTime":"{before}","operationStatus":"Succeeded","operationTrigger":"User"}}{jobs},"defaults":{{"zone":"Europe/Lisbon","notice":"off"}}}}"#
    )
}

fn main() {
    let text: String = (0..LINES).map(|n| line(n) + "\n").collect();
    let mut best = f64::MAX;
    let mut written = 0;
    for _ in 0..ROUNDS {
        let mut out = Vec::with_capacity(text.len() * 3);
        let begun = Instant::now();
        let platform = Base {
            defaults: Defaults::default(),
            lease: TimeDelta::hours(4),
        };
        let mut answerer = Answerer::new(Ask::Explain, platform);
        let done = batch(
            &mut std::io::BufReader::with_capacity(1 << 16, text.as_bytes()),
            &mut out,
            |lines| Ok(vec![answerer.answer(&lines)?]),
        );
        let took = begun.elapsed().as_secs_f64();
        assert!(done.is_ok_and(|done| done.lines == LINES && done.malformed == 0));
        (best, written) = (best.min(took), out.len());
    }
    println!(
        "{LINES} lines: {best:.2} s (limit 2.00, {:.2} of it), {:.1} µs a line, {} MB in, {} MB out",
        best / 2.0,
        best / LINES as f64 * 1e6,
        text.len() >> 20,
        written >> 20
    );
}
