//! `TZDATA`: an operator's own data.

use super::{RELEASE, installed, run, stderr, stdout, wheel};
use crate::common::folder::Folder;
use std::path::{Path, PathBuf};

const BERLIN: &str = "daily 08:00-19:00 Europe/Berlin";

/// The zones of PyPI's tzdata, each a file, as `zoneinfo` has them.
fn zoneinfo() -> PathBuf {
    installed().join("tzdata/zoneinfo")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &path),
            false => drop(std::fs::copy(entry.path(), path).expect("a copy")),
        }
    }
}

/// A release of our own making, in which Berlin has the clocks of Tokyo.
fn moved(folder: &Folder, release: &str) {
    copy(&zoneinfo(), folder.path());
    std::fs::copy(folder.join("Asia/Tokyo"), folder.join("Europe/Berlin")).expect("a copy");
    let told = format!("# version {release}\n# the rest is of no interest\n");
    std::fs::write(folder.join("tzdata.zi"), told).expect("a file");
}

fn version(tzdata: &Path) -> String {
    let shown = stdout(&run(&["--version"], Some(tzdata), ""));
    let line = shown.lines().nth(1).expect("a second line");
    line.to_owned()
}

/// The next start in Berlin after midnight of a winter's day, in UTC.
fn opens(tzdata: &Path) -> String {
    let tag = format!("lamp-schedule={BERLIN}");
    let args = ["explain", "--json", "--now", "2031-12-01T20:00:00Z", &tag];
    let shown = run(&args, Some(tzdata), "");
    let answer: serde_json::Value = serde_json::from_str(&stdout(&shown))
        .unwrap_or_else(|_| panic!("{}{}", stdout(&shown), stderr(&shown)));
    answer["next"]["at"]
        .as_str()
        .expect("an instant")
        .to_owned()
}

#[test]
fn pypis_wheel_its_folders_and_a_systems_are_all_taken() {
    let inside = zoneinfo().join("tzdata.zi");
    for path in [
        wheel(),
        installed(),
        installed().join("tzdata"),
        zoneinfo(),
        inside,
    ] {
        let expected = format!("time zones: IANA {RELEASE} from TZDATA");
        assert_eq!(version(&path), expected, "{}", path.display());
        assert_eq!(opens(&path), "2031-12-02T07:00:00Z", "{}", path.display());
    }
    // As a distribution has it: the same once more in other ways of counting, and files that are no zones.
    let folder = Folder::new("tzdata-system");
    copy(&zoneinfo(), folder.path());
    copy(&folder.join("Europe"), &folder.join("posix/Europe"));
    copy(&folder.join("Asia"), &folder.join("right/Asia"));
    std::os::unix::fs::symlink("/nowhere/localtime", folder.join("localtime")).expect("a link");
    std::fs::write(folder.join("leap-seconds.list"), "#$ 3676924800\n").expect("a file");
    assert_eq!(
        version(folder.path()),
        format!("time zones: IANA {RELEASE} from TZDATA")
    );
}

#[test]
fn what_is_laid_over_is_what_counts() {
    let folder = Folder::new("tzdata-moved");
    moved(&folder, "2031b");
    assert_eq!(version(folder.path()), "time zones: IANA 2031b from TZDATA");
    assert_eq!(
        opens(folder.path()),
        "2031-12-01T23:00:00Z",
        "08:00 in Tokyo"
    );
    // Without a file that tells its release it is used all the same.
    std::fs::remove_file(folder.join("tzdata.zi")).expect("a file");
    let shown = version(folder.path());
    assert_eq!(shown, "time zones: IANA an unknown release from TZDATA");
    assert_eq!(opens(folder.path()), "2031-12-01T23:00:00Z");
}

#[test]
fn zones_that_it_lacks_stay_and_are_counted() {
    let folder = Folder::new("tzdata-part");
    std::fs::create_dir_all(folder.join("Europe")).expect("a folder");
    std::fs::copy(zoneinfo().join("Asia/Tokyo"), folder.join("Europe/Berlin")).expect("a copy");
    std::fs::write(folder.join("+VERSION"), "2031b\n").expect("a file");
    let expected =
        format!("time zones: IANA 2031b from TZDATA; 597 zones that it lacks are of {RELEASE}");
    assert_eq!(version(folder.path()), expected);
    assert_eq!(opens(folder.path()), "2031-12-01T23:00:00Z");
    let elsewhere = run(
        &["lint", "lamp-schedule=daily 08:00-19:00 Europe/Lisbon"],
        Some(folder.path()),
        "",
    );
    assert!(elsewhere.status.success(), "{}", stdout(&elsewhere));
}

#[test]
fn data_that_is_older_than_what_is_compiled_in_is_not_used_and_that_is_said() {
    let folder = Folder::new("tzdata-older");
    moved(&folder, "2025b");
    let expected = format!("time zones: IANA {RELEASE}; not TZDATA's 2025b, which is older");
    assert_eq!(version(folder.path()), expected);
    assert_eq!(opens(folder.path()), "2031-12-02T07:00:00Z");
}

#[test]
fn what_cannot_be_used_is_refused_at_the_start_with_its_name_and_the_reason() {
    let folder = Folder::new("tzdata-bad");
    let file = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    };
    let whole = std::fs::read(wheel()).expect("the wheel");
    let mut flipped = whole.clone();
    // Amid the deflated bytes of a member far from both ends.
    let middle = flipped.len() / 2;
    flipped[middle..middle + 8].fill(0x55);
    let tokyo = std::fs::read(zoneinfo().join("Asia/Tokyo")).expect("a zone");
    let broken = file("broken/Europe/Berlin", &tokyo[..tokyo.len() / 2]);
    let broken = broken.ancestors().nth(2).expect("a folder").to_owned();
    file("broken/Europe/Lisbon", &tokyo);
    let deep = file("deep/a/b/c/d/e/Tokyo", &tokyo);
    let deep = deep.ancestors().nth(6).expect("a folder").to_owned();
    std::fs::create_dir_all(folder.join("empty")).expect("a folder");
    for (path, reason) in [
        (folder.join("nowhere"), "nowhere: No such file"),
        (
            file("notes.txt", b"2026f"),
            "it is neither a folder nor a wheel",
        ),
        (
            folder.join("empty"),
            "no zone by a name such as Europe/Berlin",
        ),
        (
            zoneinfo().join("Europe"),
            "no zone by a name such as Europe/Berlin",
        ),
        (broken, "Europe/Berlin is broken"),
        (deep, "lies too deep"),
        (
            file("short.whl", &whole[..whole.len() - 30]),
            "list of files is broken or cut short",
        ),
        (
            file("head.whl", &whole[..200]),
            "list of files is broken or cut short",
        ),
        (
            file("flipped.whl", &flipped),
            "in it is broken or cut short",
        ),
        (
            file("source/tzdata.zi", b"# version 2027a\n"),
            "no zone by a name such as Europe/Berlin",
        ),
    ] {
        for command in [["lint", "lamp-schedule=always"], ["settings", "--json"]] {
            let refused = run(&command, Some(&path), "");
            let told = stderr(&refused);
            assert!(!refused.status.success(), "{}: {told}", path.display());
            assert!(
                told.contains("setting TZDATA: ") && told.contains(reason),
                "{}: {told}",
                path.display()
            );
            assert!(told.contains("the wheel (.whl) of PyPI's tzdata"), "{told}");
        }
        // Asked for its version, the program says that too.
        assert!(
            version(&path).contains("setting TZDATA"),
            "{}",
            path.display()
        );
    }
}
