//! Whoever has signed in.

use super::{
    NONE, OWNER, TENANT, URL, WORKSPACE, World, at, form, in_form, of_resource, principal,
};
use crate::people::{Asked, Request, answer};
use lamplighter_core::record::Door;
use serde_json::json;

const PLATFORM: (&str, &str) = ("WEBSITE_AUTH_ENABLED", "True");
const SIGN_IN: [(&str, &str); 4] = [
    URL,
    ("SIGN_IN", "owner"),
    ("SIGN_IN_TENANT", TENANT),
    PLATFORM,
];

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
