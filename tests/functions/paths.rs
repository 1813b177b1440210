//! Where a package is written, and which folder a path is seen from.

use crate::common::folder::Folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PRICES: &str = "size,region,price,currency\nStandard_DS3_v2,westeurope,0.36,USD\n";

fn lamplighter() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lamplighter"))
}

fn package(dir: &Path) -> Output {
    let output = lamplighter().arg("package").arg(dir).output();
    output.expect("lamplighter runs")
}

#[test]
fn a_package_is_never_written_through_a_symbolic_link() {
    for place in [
        "host.json",
        "lamplighter",
        "lamplighter.new",
        "sweep/function.json",
        "sweep",
        "",
    ] {
        let folder = Folder::new("links");
        let (app, other) = (folder.join("app"), folder.join("other"));
        std::fs::create_dir_all(&other).expect("a folder");
        std::fs::write(other.join("function.json"), "somebody else's").expect("a file");
        let at: PathBuf = app.join(place).components().collect();
        std::fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
        // A link to nowhere would make a file there.
        for to in [
            other.join("function.json"),
            other.join("not-there"),
            other.clone(),
        ] {
            std::os::unix::fs::symlink(&to, &at).expect("a link");
            let output = package(&app);
            let printed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{place}: {printed}");
            assert!(printed.contains("is a link"), "{place}: {printed}");
            assert!(
                printed.contains(&at.display().to_string()),
                "{place}: {printed}"
            );
            std::fs::remove_file(&at).expect("the link is still there");
        }
        let kept = std::fs::read_to_string(other.join("function.json"));
        assert_eq!(kept.expect("a file"), "somebody else's", "{place}");
        assert_eq!(
            std::fs::read_dir(&other).expect("a folder").count(),
            1,
            "{place}"
        );
        assert!(!app.join("health").exists(), "{place}: nothing was written");
        assert!(package(&app).status.success(), "{place}");
    }
}

#[test]
fn a_file_that_has_another_name_elsewhere_is_replaced_and_not_overwritten() {
    let folder = Folder::new("hard");
    let app = folder.join("app");
    assert!(package(&app).status.success());
    for name in [
        "host.json",
        "lamplighter",
        "lamplighter.new",
        "report/function.json",
    ] {
        let other = folder.join("other");
        std::fs::write(&other, "somebody else's").expect("a file");
        let _ = std::fs::remove_file(app.join(name));
        std::fs::hard_link(&other, app.join(name)).expect("a link");
        assert!(package(&app).status.success(), "{name}");
        let kept = std::fs::read_to_string(&other).expect("a file");
        assert_eq!(kept, "somebody else's", "{name}");
        assert!(!app.join("lamplighter.new").exists());
    }
}

#[test]
fn the_host_finds_an_app_and_a_ledger_by_paths_relative_to_the_caller() {
    let azurite = Path::new(env!("CARGO_MANIFEST_DIR"));
    let azurite = azurite.join("tests/node_modules/.bin/azurite-queue");
    for (ledger, expected) in [
        (Some("deep/books"), "deep/books"),
        (None, "lamplighter-ledger"),
    ] {
        let folder = Folder::new("relative");
        assert!(package(&folder.join("app")).status.success());
        std::fs::create_dir(folder.join("beacons")).expect("a folder");
        std::fs::write(folder.join("prices.csv"), PRICES).expect("a file");
        let mut command = lamplighter();
        command
            .args(["host", "app", "--once", "--azurite"])
            .arg(&azurite)
            .current_dir(folder.path())
            .env("ARM_ENDPOINT", "http://127.0.0.1:9")
            .env("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
            .env("IDENTITY_HEADER", "any")
            .env("SUBSCRIPTIONS", "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01")
            .env("PRICE_FILE", "prices.csv")
            .env("BEACONS", "beacons")
            .env("SWEEP_SCHEDULE", "0 */5 * * * *")
            .env("SWEEP_DEADLINE", "5s");
        match ledger {
            Some(path) => command.env("LEDGER", path),
            None => command.env_remove("LEDGER"),
        };
        let output = command.output().expect("lamplighter runs");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        // It was started and did its work as far as it could: there is no Azure.
        let words = ["sweep: failed", "no subscription could be read"];
        let said = words.iter().all(|words| printed.contains(words));
        assert!(said, "{ledger:?}: {printed}");
        let written = folder.join(expected).join("writable.json");
        assert!(written.is_file(), "{ledger:?}: {printed}");
        let in_app = std::fs::read_dir(folder.join("app")).expect("a folder");
        assert_eq!(
            in_app.count(),
            10,
            "{ledger:?}: nothing is left in the package"
        );
    }
}
