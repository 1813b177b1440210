//! The week's digests: made once, with the page's figures, and owed to each until a channel has it.

use super::told_after::{SECRET, text, told};
use crate::common::hook::{Answer, Hook};
use crate::common::world::{OFFICE, World, at, fleet, instance};
use lamplighter_core::record::{OwedAbout, ToldOutcome};
use serde_json::{Value, json};

/// A week of Ana's and Bo's instances, swept now and then, up to the last evening before the digest.
async fn week() -> (World, Hook) {
    let office = |name: &str, owner: &str, notice: &str| {
        instance(
            name,
            json!({"lamp-schedule": OFFICE, "lamp-notice": notice, "owner": owner}),
        )
    };
    let hook = Hook::start().await;
    let instances = json!([
        office("a", "ana@example.org", "0"),
        office("b", "ana@example.org", "off"),
        office("c", "bo@example.org", "off"),
    ]);
    let mut world = World::new(fleet(instances, &[])).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.set("NOTICE_WEBHOOK_SECRET", SECRET);
    world.set("NOTICE_DIGEST_TO", "platform@example.org");
    for day in 23..=27 {
        for hour in [8, 10, 12, 14, 16, 18, 19, 21, 23] {
            if day > 23 || hour > 12 {
                world.sweep(&format!("{day}T{hour:02}:05")).await;
            }
        }
    }
    for time in ["28T12:00", "29T12:00", "29T23:55", "30T07:55"] {
        world.sweep(time).await;
    }
    assert_eq!(hook.posts(), 0, "{:?}", hook.accepted());
    (world, hook)
}

/// The page of that week.
async fn page(world: &World) -> Value {
    let (from, to) = ("2026-11-23", "2026-11-30");
    let asked = ["report", "--page-json", "--from", from, "--to", to];
    let printed = world.run(&asked).await;
    serde_json::from_str(&printed.stdout).expect("JSON")
}

/// How many hours these were on, by the page.
fn hours_on(page: &Value, names: &[&str]) -> f64 {
    let all = page["week"]["resources"].as_array().expect("resources");
    let of = all
        .iter()
        .filter(|one| names.contains(&one["resource"]["name"].as_str().expect("a name")));
    let on =
        of.flat_map(|one| ["on", "job", "held"].map(|on| one["seconds"][on].as_i64().unwrap_or(0)));
    on.sum::<i64>() as f64 / 3600.0
}

/// A half is rounded up, as on the page.
fn shown(hours: f64) -> f64 {
    (hours * 10.0).round() / 10.0
}

#[tokio::test]
async fn the_week_is_told_to_each_owner_and_the_platform_once_with_the_pages_figures() {
    let (world, hook) = week().await;
    world.simulator.advance_to(at("30T08:00"));
    // Two sweeps at once, and one later.
    let (one, other) = futures::join!(world.sweep_with(&[]), world.sweep_with(&[]));
    world.sweep("30T08:10").await;
    world.sweep("30T08:20").await;
    let letters = hook.accepted();
    let to = |letter: &Value| letter["data"]["to"].as_str().expect("an owner").to_owned();
    let mut owners: Vec<String> = letters.iter().map(to).collect();
    owners.sort();
    // Bo wants to hear of failures only, and Ana does of one of hers only.
    assert_eq!(
        owners,
        ["ana@example.org", "platform@example.org"],
        "{}{}",
        one.all(),
        other.all()
    );
    let page = page(&world).await;
    let saved: f64 = page["total"]["saved"]
        .as_str()
        .expect("money")
        .parse()
        .expect("a number");
    for (letter, names) in [
        ("platform@example.org", &["a", "b", "c"][..]),
        ("ana@example.org", &["a", "b"]),
    ] {
        let letter = letters
            .iter()
            .find(|one| to(one) == letter)
            .expect("a letter");
        let notice = &letter["data"]["notices"][0];
        assert_eq!(
            (&notice["event"], &notice["resource"]),
            (&json!("WeeklyDigest"), &Value::Null)
        );
        let said = text(notice);
        let hours = hours_on(&page, names);
        let on = format!("on {} h ({:.2} USD)", shown(hours), hours * 0.36);
        let saved = format!("saved {:.2} USD", saved * names.len() as f64 / 3.0);
        for words in ["From Mon 23 Nov to Sun 29 Nov (UTC)", &on, &saved] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(
            hours > 50.0 && !notice["toKeep"].as_array().expect("lines").is_empty(),
            "{notice}"
        );
    }
    let told = told(&world).await;
    assert!(
        told.iter().all(|told| told.0 == OwedAbout::WeeklyDigest),
        "{told:?}"
    );
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn a_digest_is_owed_until_a_channel_has_it_and_off_is_off() {
    let (mut world, hook) = week().await;
    hook.always(Some(Answer::Refuse(503)));
    assert_eq!(world.sweep("30T08:00").await.code, 1);
    hook.always(None);
    world.set("NOTICE_DIGEST", "off");
    world.sweep("30T08:10").await;
    assert_eq!(hook.accepted(), Vec::<Value>::new());
    world.set("NOTICE_DIGEST", "Mon 8:00");
    assert_eq!(world.sweep("30T08:20").await.code, 0);
    assert_eq!(hook.accepted().len(), 2);
    world.sweep("30T08:30").await;
    assert_eq!(hook.posts(), 4);
}

/// A size of which no price is known.
const UNPRICED: &str = "Standard_D999s_v9";

/// Some hours of these instances on a Friday, up to the last evening before the digest.
async fn friday(instances: Value) -> (World, Hook) {
    let hook = Hook::start().await;
    let mut fleet = fleet(instances, &[]);
    fleet["unpriced"] = json!([UNPRICED]);
    let mut world = World::new(fleet).await;
    world.set("NOTICE_WEBHOOK", &hook.url);
    world.set("NOTICE_WEBHOOK_SECRET", SECRET);
    for time in ["27T14:05", "27T16:05", "27T18:05", "29T23:55"] {
        world.sweep(time).await;
    }
    assert_eq!(hook.posts(), 0, "{:?}", hook.accepted());
    (world, hook)
}

/// One of `owner`'s that is on from Monday to Friday, and of which no stop is told.
fn quiet(name: &str, owner: &str) -> Value {
    instance(
        name,
        json!({"lamp-schedule": OFFICE, "lamp-notice": "0", "owner": owner}),
    )
}

/// For whom each digest was that the hook has taken.
fn owners(hook: &Hook) -> Vec<String> {
    let letters = hook.accepted().into_iter();
    let to = letters.map(|letter| letter["data"]["to"].as_str().unwrap_or_default().to_owned());
    let mut owners: Vec<String> = to.collect();
    owners.sort();
    owners
}

#[tokio::test]
async fn a_digest_says_of_which_hours_no_price_is_known() {
    let mut unpriced = quiet("b", "ana");
    unpriced["vmSize"] = UNPRICED.into();
    let (world, hook) = friday(json!([quiet("a", "ana"), unpriced])).await;
    world.sweep("30T08:05").await;
    let page = page(&world).await;
    let (priced, unpriced) = (hours_on(&page, &["a"]), hours_on(&page, &["b"]));
    assert!(priced > 3.0 && unpriced > 3.0, "{page:#}");
    let without = format!("without {} h whose price is not known", shown(unpriced));
    let both = format!(
        "your 2 resources: on {} h ({:.2} USD, {without}), saved ",
        shown(priced + unpriced),
        priced * 0.36
    );
    let lines = [
        format!(
            "a in w: on {} h ({:.2} USD), saved ",
            shown(priced),
            priced * 0.36
        ),
        format!(
            "b in w: on {} h (0.00 USD, {without}), saved ",
            shown(unpriced)
        ),
    ];
    assert_eq!(owners(&hook), ["", "ana"]);
    for letter in hook.accepted() {
        let notice = &letter["data"]["notices"][0];
        if letter["data"]["to"] != "ana" {
            assert!(text(notice).contains(&both[5..]), "{both}: {notice}");
            continue;
        }
        assert!(text(notice).contains(&both), "{both}: {notice}");
        let told = notice["toKeep"].as_array().expect("lines");
        assert_eq!(told.len(), lines.len(), "{notice}");
        for (told, line) in told.iter().zip(&lines) {
            assert!(
                told.as_str().is_some_and(|told| told.starts_with(line)),
                "{line}: {notice}"
            );
        }
    }
}

#[tokio::test]
async fn digests_that_a_service_refuses_wait_a_while_and_hold_up_nobody_behind_them() {
    // One more than a sweep sends, beside the platform's.
    let names: Vec<String> = (10..20).map(|number| format!("owner-{number}")).collect();
    let instances: Vec<Value> = names.iter().map(|name| quiet(name, name)).collect();
    let (world, hook) = friday(instances.into()).await;
    hook.always(Some(Answer::Refuse(400)));
    let printed = world.sweep("30T08:00").await;
    let problem = "10 of the week's digests reached nobody, and are sent again by the next sweep";
    assert!(printed.all().contains(problem), "{}", printed.all());
    assert_eq!((printed.code, hook.posts()), (1, 10));
    hook.always(None);
    // The one behind them has its turn, and they have not yet.
    for time in ["30T08:05", "30T08:10"] {
        assert_eq!(world.sweep(time).await.code, 0);
        assert_eq!((hook.posts(), owners(&hook)), (11, vec!["owner-19".into()]));
    }
    world.sweep("30T08:20").await;
    world.sweep("30T08:25").await;
    assert_eq!(hook.posts(), 21);
    let mut all = names;
    all.insert(0, String::new());
    assert_eq!(owners(&hook), all);
    let told = told(&world).await;
    let of = |outcome: ToldOutcome| {
        let with = told.iter().filter(|told| told.2 == [outcome]);
        with.count()
    };
    assert_eq!(
        (of(ToldOutcome::Failed), of(ToldOutcome::Accepted)),
        (10, 11)
    );
}

#[tokio::test]
async fn a_digest_whose_record_cannot_be_written_is_not_sent_again() {
    let (world, hook) = friday(json!([quiet("a", "ana")])).await;
    hook.always(Some(Answer::Refuse(503)));
    world.sweep("30T08:00").await;
    assert_eq!((hook.posts(), owners(&hook)), (2, vec![]));
    hook.always(None);
    // A file where the records of the day would be.
    let day = world.ledger.join("records/2026/11/30");
    let aside = world.ledger.join("records/2026/11/aside");
    std::fs::rename(&day, &aside).expect("there are records of the day");
    std::fs::write(&day, "").expect("written");
    let printed = world.sweep("30T08:20").await;
    let problem = "a digest's record was not written";
    assert!(printed.all().contains(problem), "{}", printed.all());
    assert_eq!(owners(&hook), ["", "ana"]);
    std::fs::remove_file(&day).expect("removed");
    std::fs::rename(&aside, &day).expect("put back");
    for time in ["30T08:40", "30T09:00"] {
        assert_eq!(world.sweep(time).await.code, 0);
    }
    assert_eq!(hook.posts(), 4);
}
