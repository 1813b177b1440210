//! The page of a year of two hundred resources: how long it takes to render, how large it is, and how much memory that
//! takes. Run by hand: `cargo bench --bench page`.

#[path = "../tests/page/year.rs"]
mod year;

use lamplighter_agent::ledger::Ledger;
use lamplighter_agent::report::page::{self, Language};
use lamplighter_core::tz::Tz;
use std::time::Instant;

/// The most memory that this process ever had, in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn show(what: &str, measured: f64, limit: f64, unit: &str) {
    println!(
        "{what:<44}{measured:>10.2} {unit:<4}{limit:>8} {unit:<4}{:>6.2}",
        measured / limit
    );
}

/// With an argument: reads a ledger that another process has made, so that the memory is the page's own.
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let made = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let Some(folder) = made else {
        let folder =
            std::env::temp_dir().join(format!("lamplighter-bench-{:x}", fastrand::u64(..)));
        runtime.block_on(year::write(&folder));
        let this = std::env::current_exe().expect("this program");
        let done = std::process::Command::new(this).arg(&folder).status();
        let _ = std::fs::remove_dir_all(&folder);
        assert!(done.expect("it runs").success());
        return;
    };
    let (from, to) = ("2026-11-01T00:00:00Z", "2026-11-23T18:00:00Z");
    let at = |text: &str| text.parse().expect("a time");
    let input = runtime.block_on(async {
        let ledger = Ledger::scratch(folder.as_ref()).await.expect("a ledger");
        page::read_whole(&ledger, (at(from), at(to)), at(to), &|_| true, Tz::UTC)
            .await
            .expect("read")
    });
    let mut best = f64::INFINITY;
    let mut size = 0;
    for _ in 0..5 {
        let begun = Instant::now();
        size = page::html(&page::build(&input), &Language::default(), None)
            .html
            .len();
        best = best.min(begun.elapsed().as_secs_f64());
    }
    println!(
        "{:<44}{:>15}{:>13}{:>6}",
        "200 resources, a year in the ledger", "measured", "limit", "ratio"
    );
    show("the page, built and written", best * 1000.0, 300.0, "ms");
    show("its size", size as f64 / 1024.0 / 1024.0, 2.0, "MiB");
    show("memory at most, reading included", peak(), 64.0, "MiB");
}
