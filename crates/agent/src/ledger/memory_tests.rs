use super::*;
use object_store::memory::InMemory;
use object_store::throttle::{ThrottleConfig, ThrottledStore};

const W: &str = "/subscriptions/s/resourceGroups/r/workspaces/w";

/// A ledger on a store whose every write takes `put` of real time.
fn slow(put: Duration) -> Ledger {
    let config = ThrottleConfig {
        wait_put_per_call: put,
        ..ThrottleConfig::default()
    };
    let store = ThrottledStore::new(InMemory::new(), config);
    Ledger::on(Box::new(store), Path::default(), "memory".into(), false)
}

/// The version as its holder has it after sleeping on it.
fn after(version: &Version, slept: Duration) -> Version {
    Version {
        generation: version.generation,
        seen: Seen {
            steady: version.seen.steady,
            wall: version.seen.wall - slept,
        },
    }
}

#[tokio::test]
async fn who_stalled_since_loading_has_not_won_and_writes_nothing() {
    let ledger = slow(Duration::ZERO);
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    let stalled = ledger.save(W, &1, &after(&version, FRESH)).await;
    assert!(matches!(stalled, Err(SaveError::Conflict)), "{stalled:?}");
    let (memory, version) = ledger.load::<u32>(W).await.expect("it loads");
    assert_eq!((memory, version.generation), (0, 0));
    let within = after(&version, FRESH - Duration::from_secs(60));
    assert!(ledger.save(W, &1, &within).await.is_ok());
}

#[tokio::test]
async fn who_stalled_while_creating_has_not_won() {
    let ledger = slow(Duration::from_millis(20));
    let (_, version) = ledger.load::<u32>(W).await.expect("it loads");
    // Fresh when the save begins, not any more when the document is there.
    let stalled = after(&version, FRESH - Duration::from_millis(10));
    let lost = ledger.save(W, &1, &stalled).await;
    assert!(matches!(lost, Err(SaveError::Conflict)), "{lost:?}");
}

#[tokio::test]
async fn a_number_left_behind_by_a_stalled_writer_is_never_the_newest() {
    let ledger = slow(Duration::ZERO);
    let (_, mut version) = ledger.load::<u32>(W).await.expect("it loads");
    for number in 1..=5 {
        version = ledger.save(W, &number, &version).await.expect("it saves");
    }
    let key = name::workspace(W);
    for gone in [1, 2, 3] {
        let path = ledger.generation_path(&key, gone);
        ledger
            .inner
            .store
            .delete(&path)
            .await
            .expect("it is deleted");
    }
    let left = br#"{"workspace":"x","writer":"stalled","memory":99}"#;
    let path = ledger.generation_path(&key, 2);
    ledger
        .create(&path, left.to_vec())
        .await
        .expect("it is created");
    for listed in [false, true] {
        if listed {
            ledger.inner.newest.forget(&key);
        }
        let (memory, version) = ledger.load::<u32>(W).await.expect("it loads");
        assert_eq!((memory, version.generation), (5, 5), "listed: {listed}");
    }
}

#[tokio::test]
async fn a_writer_whose_answer_was_lost_knows_its_own_document() {
    let ledger = slow(Duration::ZERO);
    let path = ledger.generation_path("w", 1);
    let mine = br#"{"workspace":"w","writer":"mine","memory":1}"#;
    ledger
        .create(&path, mine.to_vec())
        .await
        .expect("it is created");
    assert!(ledger.is_by(&path, "mine").await.expect("it is read"));
    assert!(!ledger.is_by(&path, "other").await.expect("it is read"));
}
