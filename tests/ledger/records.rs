//! Records: the same promises kept in a folder and in a container of a real Azurite.

use crate::common::place::{Place, in_a_folder_and_in_a_container};
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_agent::ledger::Appended;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

in_a_folder_and_in_a_container! {
    the_same_record_at_once_a_hundred_times_is_written_once,
    records_come_in_order_from_either_side_of_midnight,
    a_report_over_years_finds_every_record,
    a_record_that_cannot_be_read_is_told_of_and_spoils_nothing,
    what_was_put_among_records_under_a_name_of_its_own_is_read_too,
}

async fn the_same_record_at_once_a_hundred_times_is_written_once(place: Place) {
    let (one, two) = (place.open().await, place.open().await);
    let when = at("2026-11-24T08:00:00Z");
    let mut tasks = Vec::new();
    for number in 0..100u32 {
        let ledger = if number % 2 == 0 {
            one.clone()
        } else {
            two.clone()
        };
        tasks.push(tokio::spawn(async move {
            ledger
                .append(when, "act/ws/ci-1", &number)
                .await
                .expect("it appends")
        }));
    }
    let mut written = Vec::new();
    for (number, task) in tasks.into_iter().enumerate() {
        if task.await.expect("the task ends") == Appended::Written {
            written.push(number as u32);
        }
    }
    assert_eq!(written.len(), 1, "{written:?}");
    let read = one
        .records::<u32>(when, when + TimeDelta::seconds(1))
        .await
        .expect("it reads");
    assert_eq!(read.records, written);
    // Later in the day it is still the same record.
    let again = two
        .append(when + TimeDelta::hours(1), "act/ws/ci-1", &7)
        .await;
    assert_eq!(again, Ok(Appended::AlreadyThere));
}

async fn records_come_in_order_from_either_side_of_midnight(place: Place) {
    let ledger = place.open().await;
    let midnight = at("2026-12-01T00:00:00Z");
    for (offset, id) in [
        (1, "e"),
        (-1, "a"),
        (0, "d"),
        (0, "c"),
        (-2, "z"),
        (86_400, "f"),
        (86_399, "Z"),
    ] {
        let when = midnight + TimeDelta::seconds(offset);
        ledger
            .append(when, id, &format!("{offset}{id}"))
            .await
            .expect("it appends");
    }
    let reader = place.open().await;
    let read = async |from: i64, to: i64| {
        let (from, to) = (
            midnight + TimeDelta::seconds(from),
            midnight + TimeDelta::seconds(to),
        );
        let read = reader.records::<String>(from, to).await.expect("it reads");
        assert_eq!(read.unreadable, Vec::<String>::new());
        read.records
    };
    assert_eq!(
        read(-100_000, 100_000).await,
        ["-2z", "-1a", "0c", "0d", "1e", "86399Z", "86400f"]
    );
    // From is in, to is not.
    assert_eq!(read(-1, 0).await, ["-1a"]);
    assert_eq!(read(0, 1).await, ["0c", "0d"]);
    assert_eq!(read(1, 86_400).await, ["1e", "86399Z"]);
    assert_eq!(read(86_400, 86_401).await, ["86400f"]);
    assert_eq!(read(0, 0).await, Vec::<String>::new());
    assert_eq!(read(5, -5).await, Vec::<String>::new());
}

async fn a_report_over_years_finds_every_record(place: Place) {
    let ledger = place.open().await;
    let days = [
        "2025-12-31T23:59:59.999999999Z",
        "2026-01-01T00:00:00Z",
        "2026-02-28T12:00:00Z",
        "2027-07-09T01:00:00Z",
    ];
    for day in days {
        ledger.append(at(day), day, &day).await.expect("it appends");
    }
    let read = ledger
        .records::<String>(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC)
        .await
        .expect("it reads");
    assert_eq!(read.records, days);
    let some = ledger
        .records::<String>(at(days[1]), at(days[3]))
        .await
        .expect("it reads");
    assert_eq!(some.records, days[1..3]);
}

async fn what_was_put_among_records_under_a_name_of_its_own_is_read_too(place: Place) {
    let ledger = place.open().await;
    let when = at("2026-11-24T08:00:00Z");
    for number in 0..300 {
        let id = format!("{number:03}");
        ledger.append(when, &id, &id).await.expect("it appends");
    }
    let folder = "records/2026/11/24";
    let others = [
        (
            "A_copy",
            r#"{"at":"2026-11-24T08:00:00Z","id":"x","record":"x"}"#,
        ),
        (
            "below/y",
            r#"{"at":"2026-11-24T08:00:00Z","id":"y","record":"y"}"#,
        ),
        (
            "plain",
            r#"{"at":"2026-11-24T08:00:00Z","id":"z","record":"z"}"#,
        ),
        ("B_copy", "{"),
    ];
    for (name, text) in others {
        place
            .overwrite(&format!("{folder}/{name}.json"), text)
            .await;
    }
    let read = ledger.records::<String>(when, when + TimeDelta::seconds(1));
    let read = read.await.expect("it reads");
    let mut expected: Vec<String> = (0..300).map(|number| format!("{number:03}")).collect();
    expected.extend(["x", "y", "z"].map(str::to_owned));
    assert_eq!(read.records, expected);
    assert_eq!(read.unreadable.len(), 1, "{:?}", read.unreadable);
    let named = format!("{folder}/B_copy.json: ");
    assert!(
        read.unreadable[0].starts_with(&named),
        "{:?}",
        read.unreadable
    );
}

async fn a_record_that_cannot_be_read_is_told_of_and_spoils_nothing(place: Place) {
    let ledger = place.open().await;
    let when = at("2026-11-24T08:00:00Z");
    for id in ["a", "b", "c"] {
        ledger.append(when, id, &id).await.expect("it appends");
    }
    let spoilt = place.documents().await.remove(1);
    place.overwrite(&spoilt, "{\"at\":\"2026-11-24T0").await;
    place
        .overwrite("records/2026/11/24/notes.txt", "not ours")
        .await;
    place
        .overwrite("records/readme/of/someone/x.json", "not ours")
        .await;
    let read = ledger
        .records::<String>(when, when + TimeDelta::seconds(1))
        .await
        .expect("it reads");
    assert_eq!(read.records, ["a", "c"]);
    assert_eq!(read.unreadable.len(), 1, "{:?}", read.unreadable);
    assert!(
        read.unreadable[0].starts_with(&spoilt),
        "{:?}",
        read.unreadable
    );
    assert!(!read.unreadable[0].contains('\n'));
    // It is still there: writing it again does not paper over it.
    assert_eq!(
        ledger.append(when, "b", &"b").await,
        Ok(Appended::AlreadyThere)
    );
}
