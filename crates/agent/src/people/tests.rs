//! The page of one stop, over a ledger as a sweep leaves it.

use super::{Answer, Asked, Links, Request, answer};
use crate::ledger::Ledger;
use crate::settings::{People, Settings, SignIn};
use crate::sweep::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use lamplighter_azure::Pace;
use lamplighter_core::decide::{NoticeDue, take_holds};
use lamplighter_core::kinds::instance::imagined;
use lamplighter_core::observe::ComputeState;
use lamplighter_core::policy::Policy;
use lamplighter_core::record::{Door, PersonalHold, Reason, WorkspaceState};
use serde_json::{Value, json};

const WORKSPACE: &str =
    "/subscriptions/s/resourcegroups/rg/providers/microsoft.machinelearningservices/workspaces/w";

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().expect("a time")
}

struct World {
    context: Context,
    ledger: Ledger,
}

impl World {
    /// `ci` is on in the office hours of Lisbon, and its owner was told at 18:45 of the stop at 19:00.
    async fn new(settings: &[(&str, &str)]) -> World {
        let world = World::on(&Ledger::in_memory(), settings).await;
        world.observed(json!({})).await;
        world
    }

    async fn on(ledger: &Ledger, settings: &[(&str, &str)]) -> World {
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let lookup = |name: &str| {
            let found = settings.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let settings = Settings::from_lookup(lookup).expect("good settings");
        let context = Context::with_ledger(settings, ledger.clone(), Pace::Arm);
        World {
            context: context.expect("a context"),
            ledger: ledger.clone(),
        }
    }

    /// What a sweep has saved, with these fields instead.
    async fn observed(&self, more: Value) {
        let id = format!("{WORKSPACE}/computes/ci");
        let mut state = json!({
            "resource": {"id": id, "kind": "instance", "name": "ci", "workspace": "w", "owner": "ana@example.org"},
            "observation": {"state": "Running", "power": "on", "since": "2026-11-23T08:00:00Z",
                "schedule": "Mon-Fri 08:00-19:00 Europe/Lisbon"},
            "notice": {"cause": "2026-11-23T19:00:00Z", "given_at": "2026-11-23T18:45:00Z", "reason": "schedule-off"},
        });
        for (name, value) in more.as_object().expect("fields") {
            state[name] = value.clone();
        }
        let state = json!({"swept_at": "2026-11-23T18:45:00Z", "resources": {id: state}});
        let state: WorkspaceState = serde_json::from_value(state).expect("a state");
        let (_, version) = self
            .ledger
            .load::<WorkspaceState>(WORKSPACE)
            .await
            .expect("loaded");
        let saved = self.ledger.save(WORKSPACE, &state, &version).await;
        saved.expect("saved");
    }

    /// The token of a notice of the stop that is demanded at `cause`.
    async fn token(&self, name: &str, cause: DateTime<Utc>) -> String {
        let people = People {
            sign_in: (SignIn::Off, String::new()),
            ..self.context.settings.people.clone()
        };
        let links = Links::new(&people, &self.context.keys, at("23T18:45")).expect("a page");
        let due = NoticeDue {
            cause,
            stop_at: cause,
            reason: Reason::ScheduleOff,
            text: String::new(),
            renews: false,
        };
        let id = format!("{WORKSPACE}/computes/{name}");
        let link = links.to(&id, &due).await.expect("a link");
        let token = link.strip_prefix("https://lamp.example/api/keep?t=");
        token.expect("a token").to_owned()
    }

    async fn get(&self, query: &str, now: &str) -> Answer {
        let request = Request {
            post: false,
            query: query.into(),
            ..form("", "")
        };
        answer(&self.context, &request, at(now)).await
    }

    async fn post(&self, token: &str, choice: &str, now: &str) -> Answer {
        answer(&self.context, &form(token, choice), at(now)).await
    }

    /// A sweep takes in what was asked for, and tells of the stop at the end of that.
    async fn swept(&self, now: &str, told: Value) {
        let (mut states, _) = self
            .ledger
            .load::<WorkspaceState>(WORKSPACE)
            .await
            .expect("loaded");
        let mut state = states
            .resources
            .pop_first()
            .map(|(_, state)| state)
            .expect("a state");
        let running = imagined(ComputeState::Running);
        let (policy, limit) = (Policy::default(), self.context.settings.hold_limit());
        let found = self.holds().await;
        take_holds(&mut state, (&running, &policy), &found, limit, at(now));
        let hold = serde_json::to_value(&state.personal_hold).expect("JSON");
        let mut more = json!({"personal_hold": hold});
        if !told.is_null() {
            more["notice"] = told;
        }
        self.observed(more).await;
    }

    async fn holds(&self) -> Vec<PersonalHold> {
        let read = self
            .ledger
            .holds_of(WORKSPACE, at("01T00:00"))
            .await
            .expect("read");
        let mut holds: Vec<PersonalHold> = read.holds.into_iter().map(|held| held.hold).collect();
        holds.sort_by_key(|hold| hold.until);
        holds
    }

    async fn ends(&self) -> Vec<DateTime<Utc>> {
        self.holds().await.iter().map(|hold| hold.until).collect()
    }
}

const NONE: [DateTime<Utc>; 0] = [];
const URL: (&str, &str) = ("KEEP_URL", "https://lamp.example");

fn form(token: &str, choice: &str) -> Request {
    Request {
        asked: Asked::Keep,
        post: true,
        query: String::new(),
        body: Bytes::from(format!("t={token}&for={choice}")),
        content_type: Some("application/x-www-form-urlencoded".into()),
        fetch_site: Some("same-origin".into()),
        origin: Some("null".into()),
        principal: None,
        languages: String::new(),
    }
}

#[tokio::test]
async fn a_look_changes_nothing_and_a_press_keeps_it_on_once_however_often_it_comes() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let page = world.get(&format!("t={token}"), "23T18:50").await;
    assert_eq!(page.status, 200);
    for words in [
        "<bdi>ci</bdi> will be stopped",
        "Mon 23 Nov 19:00 WET",
        "its schedule turns it off then",
        "on until Mon 23 Nov 20:00 WET",
        "on until Mon 23 Nov 21:00 WET",
        "on until Mon 23 Nov 23:00 WET",
        "As long as possible",
        "on until Tue 24 Nov 06:50 WET",
    ] {
        assert!(page.html.contains(words), "{words} in {}", page.html);
    }
    assert!(!page.html.contains("<script") && !page.html.contains("http"));
    assert_eq!(world.ends().await, NONE);

    let kept = world.post(&token, "2h", "23T18:50").await;
    let words = "is kept on until Mon 23 Nov 21:00 WET";
    assert!(
        kept.status == 200 && kept.html.contains(words),
        "{}",
        kept.html
    );
    let first = PersonalHold {
        until: at("23T21:00"),
        since: at("23T18:50"),
        at: at("23T18:50"),
        door: Door::Link,
        by: None,
    };
    assert_eq!(world.holds().await, std::slice::from_ref(&first));
    // The same again is the same, also later; and a shorter one takes nothing away.
    for (choice, now) in [("2h", "23T18:50"), ("2h", "23T20:30"), ("1h", "23T18:51")] {
        let again = world.post(&token, choice, now).await;
        assert!(again.html.contains(words), "{choice}: {}", again.html);
        assert_eq!(
            world.holds().await,
            std::slice::from_ref(&first),
            "{choice}"
        );
    }
    let page = world.get(&format!("t={token}"), "23T18:52").await;
    let asked = "by the link of a notice";
    assert!(page.html.contains("is kept on") && page.html.contains(asked));
    assert!(!page.html.contains("1 hour") && !page.html.contains("2 hours"));
    let longer = world.post(&token, "4h", "23T18:53").await;
    let words = "is kept on until Mon 23 Nov 23:00 WET";
    assert!(longer.html.contains(words), "{}", longer.html);
    assert_eq!(world.ends().await, [at("23T21:00"), at("23T23:00")]);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_link_the_answer_is_the_same() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let (payload, mac) = token.split_once('.').expect("two parts");
    let foreign = World::new(&[URL]).await;
    let foreign = foreign.token("ci", at("23T19:00")).await;
    let altered = format!("{}A.{mac}", &payload[..payload.len() - 1]);
    let another_stop = world.token("ci", at("23T23:00")).await;
    let another_resource = world.token("cj", at("23T19:00")).await;
    let crossed = another_stop.split_once('.').expect("two parts").0;
    let crossed = format!("{crossed}.{mac}");
    let now = "23T18:50";
    let refused = world.get("", now).await;
    assert_eq!(refused.status, 404);
    for (what, token, now) in [
        ("forged", "e30.AAAA", now),
        ("foreign", &foreign, now),
        ("altered", &altered, now),
        ("crossed", &crossed, now),
        ("without a signature", payload, now),
        ("twice", &format!("{token},{token}"), now),
        ("of another stop", &another_stop, now),
        ("of another resource", &another_resource, now),
        ("expired", &token, "24T19:00"),
        ("long", &"a".repeat(3000), now),
    ] {
        assert_eq!(
            world.get(&format!("t={token}"), now).await,
            refused,
            "{what}"
        );
        assert_eq!(world.post(token, "2h", now).await, refused, "{what}");
    }
    let twice = format!("t={token}&t={token}");
    assert_eq!(world.get(&twice, now).await, refused);
    assert_eq!(world.ends().await, NONE);

    // After a start by hand it is another run, whose stop nobody was told of.
    world.observed(json!({"notice": null})).await;
    assert_eq!(world.post(&token, "2h", now).await, refused);
    assert_eq!(world.ends().await, NONE);

    let closed = World::on(&world.ledger, &[]).await;
    world.observed(json!({})).await;
    assert_eq!(closed.get(&format!("t={token}"), now).await, refused);
    assert_eq!(closed.post(&token, "2h", now).await, refused);
    assert_eq!(closed.ends().await, NONE);
    let open = World::on(&world.ledger, &[URL]).await;
    assert_eq!(open.get(&format!("t={token}"), now).await.status, 200);
}

#[tokio::test]
async fn a_form_that_no_page_of_ours_sent_does_nothing() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let sound = form(&token, "2h");
    let changed: [(u16, Request); 4] = [
        (
            403,
            Request {
                fetch_site: Some("cross-site".into()),
                ..sound.clone()
            },
        ),
        (
            403,
            Request {
                fetch_site: None,
                ..sound.clone()
            },
        ),
        (
            415,
            Request {
                content_type: Some("text/plain".into()),
                ..sound.clone()
            },
        ),
        (
            404,
            Request {
                body: Bytes::from(format!("t={token}")),
                query: format!("t={token}&for=2h"),
                ..sound.clone()
            },
        ),
    ];
    for (status, request) in changed {
        let answered = answer(&world.context, &request, at("23T18:50")).await;
        assert_eq!(answered.status, status);
        assert_eq!(world.ends().await, NONE);
    }
    // A choice that was never offered shows what can be chosen.
    let odd = world.post(&token, "99h", "23T18:50").await;
    assert!(odd.html.contains("will be stopped"), "{}", odd.html);
    assert_eq!(world.ends().await, NONE);
    answer(&world.context, &sound, at("23T18:50")).await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
}

#[tokio::test]
async fn holds_that_follow_each_other_end_within_the_limit_and_a_stop_begins_anew() {
    let world = World::new(&[URL, ("HOLD_LIMIT", "3h")]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.post(&token, "2h", "23T18:50").await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
    // It was told of the stop at the end of that hold.
    let told = json!({"cause": "2026-11-23T21:00:00Z", "given_at": "2026-11-23T20:45:00Z"});
    world.swept("23T20:45", told).await;
    let next = world.token("ci", at("23T21:00")).await;
    let page = world.get(&format!("t={next}"), "23T21:00").await;
    assert_eq!(page.html.matches("<button").count(), 1, "{}", page.html);
    let kept = world.post(&next, "4h", "23T21:00").await;
    assert!(kept.html.contains("Mon 23 Nov 21:50 WET"), "{}", kept.html);
    assert_eq!(world.ends().await, [at("23T21:00"), at("23T21:50")]);
    // And at its end there is nothing more to be had.
    let told = json!({"cause": "2026-11-23T21:50:00Z", "given_at": "2026-11-23T21:35:00Z"});
    world.swept("23T21:35", told).await;
    let last = world.token("ci", at("23T21:50")).await;
    let page = world.get(&format!("t={last}"), "23T21:40").await;
    assert_eq!(page.html.matches("<button").count(), 0, "{}", page.html);
    world.post(&last, "4h", "23T21:40").await;
    assert_eq!(world.ends().await.len(), 2);
    // The next evening's stop is another run.
    let told =
        json!({"notice": {"cause": "2026-11-24T19:00:00Z", "given_at": "2026-11-24T18:45:00Z"}});
    world.observed(told).await;
    let token = world.token("ci", at("24T19:00")).await;
    world.post(&token, "next", "24T18:50").await;
    assert_eq!(world.ends().await.last(), Some(&at("24T21:50")));
}

#[tokio::test]
async fn until_its_next_start_is_offered_wherever_the_limit_reaches_that_start() {
    let friday =
        json!({"notice": {"cause": "2026-11-27T19:00:00Z", "given_at": "2026-11-27T18:45:00Z"}});
    for (limit, words, end) in [
        ("3d", "Until its next start", "Mon 30 Nov 08:00 WET"),
        ("2d", "As long as possible", "Sun 29 Nov 18:50 WET"),
    ] {
        let world = World::new(&[URL, ("HOLD_LIMIT", limit)]).await;
        world.observed(friday.clone()).await;
        let token = world.token("ci", at("27T19:00")).await;
        let page = world.get(&format!("t={token}"), "27T18:50").await;
        let words = format!("<strong>{words}</strong><span>on until {end}</span>");
        assert!(page.html.contains(&words), "{words} in {}", page.html);
        let kept = world.post(&token, "next", "27T18:50").await;
        let words = format!("is kept on until {end}");
        assert!(kept.html.contains(&words), "{words} in {}", kept.html);
    }
}

#[tokio::test]
async fn what_is_off_is_not_kept_on_and_a_tag_that_holds_off_is_above_the_page() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let off = json!({"state": "Stopped", "power": "off", "since": "2026-11-23T19:02:00Z"});
    let held = json!({"state": "Running", "power": "on", "since": "2026-11-23T08:00:00Z",
        "hold": {"power": "off", "until": "2026-11-27T00:00:00Z"}});
    for (state, words) in [
        (json!({"observation": off}), "has been stopped"),
        (json!({"observation": held}), "is held off by its tag"),
    ] {
        world.observed(state).await;
        let page = world.get(&format!("t={token}"), "23T19:05").await;
        assert!(page.html.contains(words), "{words} in {}", page.html);
        assert!(!page.html.contains("<form"), "{}", page.html);
        let after = world.post(&token, "2h", "23T19:05").await;
        assert!(after.html.contains(words), "{}", after.html);
        assert_eq!(world.ends().await, NONE, "{words}");
    }
    // A stop that a job delays may still be put off, and what is over by then is not offered.
    world.observed(json!({})).await;
    let late = world.get(&format!("t={token}"), "23T20:30").await;
    assert!(late.html.contains("is about to be stopped"));
    assert!(!late.html.contains("20:00") && late.html.contains("21:00"));
    world.post(&token, "1h", "23T20:30").await;
    assert_eq!(world.ends().await, NONE);
    world.post(&token, "2h", "23T20:30").await;
    assert_eq!(world.ends().await, [at("23T21:00")]);
    assert_eq!(
        world.holds().await[0].since + TimeDelta::hours(2),
        at("23T21:00")
    );
}

const OWNER: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const TENANT: &str = "11111111-d9cb-469f-a165-70867728950e";
const PLATFORM: (&str, &str) = ("WEBSITE_AUTH_ENABLED", "True");
const SIGN_IN: [(&str, &str); 4] = [
    URL,
    ("SIGN_IN", "owner"),
    ("SIGN_IN_TENANT", TENANT),
    PLATFORM,
];

/// What the platform says of a person.
fn principal(oid: &str, tenant: &str) -> Option<String> {
    let claims = json!([
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": oid},
        {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": tenant},
    ]);
    let principal = json!({"auth_typ": "aad", "claims": claims}).to_string();
    Some(STANDARD.encode(principal))
}

fn of_resource(principal: Option<String>) -> Request {
    Request {
        asked: Asked::Resource,
        post: false,
        query: format!("id={WORKSPACE}/computes/CI"),
        principal,
        ..form("", "")
    }
}

/// The token in a page's form.
fn in_form(page: &Answer) -> String {
    let (_, rest) = page.html.split_once(r#"name="t" value=""#).expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

#[tokio::test]
async fn whoever_has_signed_in_keeps_on_what_is_theirs_and_nothing_else() {
    let world = World::new(&SIGN_IN).await;
    world.observed(json!({"owner_id": OWNER})).await;
    let now = at("23T18:50");
    let asked = async |request: Request| answer(&world.context, &request, now).await;
    let nobody = asked(of_resource(None)).await;
    assert_eq!(nobody.status, 401);
    let back = "/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fresource%3Fid%3D";
    assert!(nobody.html.contains(back), "{}", nobody.html);
    let refused = world.get("", "23T18:50").await;
    let other = "22222222-d9cb-469f-a165-70867728950e";
    for (what, principal) in [
        ("another person", principal(other, TENANT)),
        ("another tenant", principal(OWNER, other)),
        ("nonsense", Some("e30=".into())),
    ] {
        assert_eq!(asked(of_resource(principal)).await, refused, "{what}");
    }
    let unknown = Request {
        query: format!("id={WORKSPACE}/computes/cj"),
        ..of_resource(principal(OWNER, TENANT))
    };
    assert_eq!(asked(unknown).await, refused);

    let page = asked(of_resource(principal(&OWNER.to_uppercase(), TENANT))).await;
    assert_eq!(page.status, 200, "{}", page.html);
    for words in [
        "On since Mon 23 Nov 08:00 WET",
        "on Monday to Friday from 08:00 to 19:00 in Lisbon",
        "Mon 23 Nov 19:00 WET",
        "on until Mon 23 Nov 21:00 WET",
        "This month so far",
    ] {
        assert!(page.html.contains(words), "{words} in {}", page.html);
    }
    let token = in_form(&page);
    let press = |token: &str, principal| Request {
        asked: Asked::Resource,
        principal,
        ..form(token, "2h")
    };
    // Another person's form, one without a sign-in, and one that a site elsewhere has made up.
    let by_link = world.token("ci", at("23T19:00")).await;
    for (token, principal) in [
        (token.as_str(), principal(other, TENANT)),
        (&token, None),
        ("a.b", principal(OWNER, TENANT)),
        (&by_link, principal(OWNER, TENANT)),
    ] {
        assert_eq!(asked(press(token, principal)).await, refused);
    }
    // A link alone opens nothing here, and the form's token is none.
    assert_eq!(
        world.get(&format!("t={by_link}"), "23T18:50").await,
        refused
    );
    assert_eq!(world.post(&token, "2h", "23T18:50").await, refused);
    assert_eq!(world.ends().await, NONE);

    for _ in 0..2 {
        let kept = asked(press(&token, principal(OWNER, TENANT))).await;
        let words = "is kept on until Mon 23 Nov 21:00 WET";
        assert!(kept.html.contains(words), "{}", kept.html);
    }
    let holds = world.holds().await;
    assert_eq!(holds.len(), 1);
    assert_eq!(
        (holds[0].door, holds[0].by.as_deref(), holds[0].until),
        (Door::SignedIn, Some("ana@example.org"), at("23T21:00"))
    );
}

#[tokio::test]
async fn a_tenant_may_see_everything_and_without_the_sign_in_its_headers_are_nobodys_word() {
    let tenant = [
        URL,
        ("SIGN_IN", "tenant"),
        ("SIGN_IN_TENANT", TENANT),
        PLATFORM,
    ];
    let world = World::new(&tenant).await;
    world.observed(json!({"owner_id": OWNER})).await;
    let colleague = "22222222-d9cb-469f-a165-70867728950e";
    let now = at("23T18:50");
    let page = answer(
        &world.context,
        &of_resource(principal(colleague, TENANT)),
        now,
    )
    .await;
    assert_eq!(page.status, 200);
    let request = Request {
        asked: Asked::Resource,
        principal: principal(colleague, TENANT),
        ..form(&in_form(&page), "1h")
    };
    answer(&world.context, &request, now).await;
    let holds = world.holds().await;
    assert_eq!(holds[0].by.as_deref(), Some(colleague));

    // Without a sign-in of the platform's, whatever a setting says.
    for settings in [&[URL][..], &tenant[..3]] {
        let open = World::on(&world.ledger, settings).await;
        let refused = open.get("", "23T18:50").await;
        let forged = of_resource(principal(OWNER, TENANT));
        assert_eq!(answer(&open.context, &forged, now).await, refused);
        assert_eq!(answer(&open.context, &request, now).await, refused);
        let nobody = of_resource(None);
        assert_eq!(answer(&open.context, &nobody, now).await, refused);
    }
}

#[tokio::test]
async fn the_link_of_a_notice_opens_the_page_of_its_resource_too() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let asked = async |query: String, now: &str| {
        let request = Request {
            query,
            ..of_resource(None)
        };
        answer(&world.context, &request, at(now)).await
    };
    let page = asked(format!("t={token}"), "23T18:50").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains(r#"action="keep""#), "{}", page.html);
    // Nothing yet, which is shown as well.
    let saved = "<dt>Saved</dt><dd>0.00 USD</dd>";
    assert!(page.html.contains(saved), "{}", page.html);
    assert_eq!(in_form(&page), token);
    let refused = world.get("", "23T18:50").await;
    assert_eq!(asked(format!("t={token}x"), "23T18:50").await, refused);
    assert_eq!(asked(String::new(), "23T18:50").await, refused);
    // Off, it has no form, and says since when.
    let off = json!({"state": "Stopped", "power": "off", "since": "2026-11-23T19:02:00Z"});
    world.observed(json!({"observation": off})).await;
    let page = asked(format!("t={token}"), "23T19:10").await;
    assert!(page.html.contains("Off since Mon 23 Nov 19:02"));
    assert!(!page.html.contains("<form"), "{}", page.html);
}

const CLAIMED: &str = r#"[{"id": "a", "power": "off", "reason": "schedule-off", "cause": "2026-11-23T19:00:00Z",
    "requested_at": "2026-11-23T19:00:10Z", "claimed_until": "2026-11-23T19:30:00Z"}]"#;

#[tokio::test]
async fn a_press_that_meets_a_stop_promises_nothing_and_is_written_down_all_the_same() {
    let claimed: Value = serde_json::from_str(CLAIMED).expect("JSON");
    let words = "A stop may just have been sent; look again in a minute";
    // The stop was claimed before the press.
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.observed(json!({"own_operations": claimed})).await;
    let page = world.get(&format!("t={token}"), "23T19:01").await;
    assert!(page.html.contains(words) && !page.html.contains("<form"));
    let after = world.post(&token, "2h", "23T19:01").await;
    assert!(after.html.contains(words), "{}", after.html);
    assert_eq!(world.ends().await, [at("23T21:00")]);

    // It was claimed after the press had read what there is.
    let world = World::new(&[URL]).await;
    let now = at("23T19:01");
    let token = world.token("ci", at("23T19:00")).await;
    let opened = super::keep::open_link(&world.context, &token, now).await;
    let (grant, known) = opened.expect("read").expect("a good link");
    world.observed(json!({"own_operations": claimed})).await;
    let press = super::keep::Press {
        choice: "2h",
        token: &token,
        door: Door::Link,
        by: None,
        action: "keep",
    };
    let after = super::keep::press(&world.context, (&known, &grant), press, now).await;
    let after = after.expect("an answer");
    assert!(after.html.contains(words), "{}", after.html);
    assert_eq!(world.ends().await, [at("23T21:00")]);
}

#[tokio::test]
async fn what_the_page_promises_in_the_evening_no_hold_of_the_morning_cuts_short() {
    let world = World::new(&[URL]).await;
    let morning = json!({"personal_hold": {"until": "2026-11-23T10:15:00Z", "since": "2026-11-23T09:05:00Z",
        "at": "2026-11-23T09:05:00Z", "door": "link"}});
    world.observed(morning).await;
    let token = world.token("ci", at("23T19:00")).await;
    let kept = world.post(&token, "4h", "23T18:50").await;
    let words = "is kept on until Mon 23 Nov 23:00 WET";
    assert!(kept.html.contains(words), "{}", kept.html);
    for now in ["23T18:55", "23T21:05", "23T22:59"] {
        world.swept(now, Value::Null).await;
        let page = world.get(&format!("t={token}"), now).await;
        assert!(
            page.html.contains("on until <strong>Mon 23 Nov 23:00"),
            "{now}: {}",
            page.html
        );
        let state = world.ledger.load::<WorkspaceState>(WORKSPACE).await;
        let (state, _) = state.expect("loaded");
        let state = state.resources.values().next().expect("a state");
        let hold = state.personal_hold.as_ref().expect("a hold");
        assert_eq!((hold.since, hold.until), (at("23T18:50"), at("23T23:00")));
    }
}

#[tokio::test]
async fn a_hold_that_no_sweep_would_honour_is_not_promised() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    world.post(&token, "4h", "23T18:50").await;
    let held = async |world: &World| {
        let page = world.get(&format!("t={token}"), "23T19:10").await;
        page.html.contains("is kept on until")
    };
    assert!(held(&world).await);
    // Another one of that name, made later.
    world
        .observed(json!({"created_on": "2026-11-23T19:05:00Z"}))
        .await;
    assert!(!held(&world).await);
    // The platform's limit has been lowered since.
    world.observed(json!({})).await;
    let lower = World::on(&world.ledger, &[URL, ("HOLD_LIMIT", "1h")]).await;
    let page = lower.get(&format!("t={token}"), "23T19:10").await;
    assert!(
        page.html.contains("until <strong>Mon 23 Nov 19:50"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn a_link_of_a_stop_before_the_last_start_is_not_good() {
    let world = World::new(&[URL]).await;
    let token = world.token("ci", at("23T19:00")).await;
    let refused = world.get("", "24T18:30").await;
    let ours = json!({"own_operations": [{"id": "b", "power": "on", "reason": "schedule-on",
        "cause": "2026-11-24T08:00:00Z", "requested_at": "2026-11-24T08:00:10Z",
        "claimed_until": "2026-11-24T08:30:00Z",
        "ended": {"at": "2026-11-24T08:05:00Z", "how": "settled"}}]});
    let theirs =
        json!({"external": {"power": "on", "at": "2026-11-24T07:30:00Z", "operation": "Start"}});
    for started in [ours, theirs] {
        world.observed(started).await;
        assert_eq!(world.get(&format!("t={token}"), "24T18:30").await, refused);
        assert_eq!(world.post(&token, "next", "24T18:30").await, refused);
    }
    assert_eq!(world.ends().await, NONE);
}

#[tokio::test]
async fn whoever_has_signed_in_puts_off_the_stop_that_was_told_whatever_demands_it() {
    let world = World::new(&SIGN_IN).await;
    let idle = json!({"cause": "2026-11-23T17:30:00Z", "given_at": "2026-11-23T17:45:00Z",
        "reason": "idle", "stop_at": "2026-11-23T18:00:00Z"});
    world
        .observed(json!({"owner_id": OWNER, "notice": idle}))
        .await;
    let now = at("23T17:50");
    let page = answer(&world.context, &of_resource(principal(OWNER, TENANT)), now).await;
    assert!(
        page.html.contains("on until Mon 23 Nov 20:00 WET"),
        "{}",
        page.html
    );
    let press = Request {
        asked: Asked::Resource,
        principal: principal(OWNER, TENANT),
        ..form(&in_form(&page), "2h")
    };
    answer(&world.context, &press, now).await;
    assert_eq!(world.ends().await, [at("23T20:00")]);
}
