//! What is refused: versions, states, names, rights.

use super::super::support::{Client, SUBSCRIPTION, started};
use super::{GROUP, NEWEST, OLDER, asked, below, fleet, set, status, wb, with, workbench};
use lamplighter_simulator::Options;
use serde_json::{Value, json};

async fn refused(client: &Client, method: &str, path: &str) -> (u16, String, String) {
    let (told, body) = client.call(method, path, None).await;
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (told, text("code"), text("message"))
}

#[tokio::test]
async fn any_other_api_version_is_refused_with_those_that_there_are() {
    let client = with(json!({})).await;
    for (version, code) in [
        ("2026-09-01", "NoRegisteredProviderFound"),
        ("2026-06-15-preview", "NoRegisteredProviderFound"),
        ("2026-09-15", "NoRegisteredProviderFound"),
        ("newest", "InvalidApiVersionParameter"),
        ("", "MissingApiVersionParameter"),
    ] {
        for (method, path) in [
            ("GET", workbench("", version)),
            ("POST", workbench("/stop", version)),
            ("GET", below("", version)),
        ] {
            let (told, named, message) = refused(&client, method, &path).await;
            assert_eq!((told, named.as_str()), (400, code), "{path}");
            assert!(version.is_empty() || message.contains(NEWEST), "{message}");
        }
    }
    assert_eq!(status(&client).await, "Running", "nothing was done");
    let upper = workbench("", "2026-09-15-PREVIEW");
    assert_eq!(client.call("GET", &upper, None).await.0, 200);
}

#[tokio::test]
async fn between_two_states_it_refuses_and_without_quota_it_cannot_start() {
    let client = with(json!({})).await;
    asked(&client, &workbench("/stop", NEWEST)).await;
    for action in ["/stop", "/start", "/restart"] {
        let (told, code, _) = refused(&client, "POST", &workbench(action, NEWEST)).await;
        assert_eq!((told, code.as_str()), (409, "RequestConflict"), "{action}");
    }
    for state in ["Creating", "Updating", "Deleting", "Restarting"] {
        set(&client, json!({"state": state})).await;
        assert_eq!(
            asked(&client, &workbench("/stop", OLDER)).await.0,
            409,
            "{state}"
        );
    }
    set(&client, json!({"state": "Stopped", "noQuota": true})).await;
    let (told, code, _) = refused(&client, "POST", &workbench("/start", NEWEST)).await;
    assert_eq!((told, code.as_str()), (400, "InsufficientQuota"));
    let (told, code, _) = refused(&client, "POST", &workbench("/restart", NEWEST)).await;
    assert_eq!((told, code.as_str()), (409, "OperationNotAllowed"));
    set(&client, json!({"provisioned": "Canceled"})).await;
    let (told, code, _) = refused(&client, "POST", &workbench("/start", NEWEST)).await;
    assert_eq!((told, code.as_str()), (409, "OperationNotAllowed"));
}

#[tokio::test]
async fn what_is_not_there_is_404_and_pools_have_no_power() {
    let client = with(json!({})).await;
    for (path, code) in [
        ("/projects/p/workbenches/nobody", "ResourceNotFound"),
        ("/projects/none", "ResourceNotFound"),
        ("/projects/none/workbenches", "ParentResourceNotFound"),
        ("/computes/none", "ResourceNotFound"),
        ("/managedComputeDeployments/none", "ResourceNotFound"),
    ] {
        let (told, named, _) = refused(&client, "GET", &below(path, NEWEST)).await;
        assert_eq!((told, named.as_str()), (404, code), "{path}");
    }
    let elsewhere = workbench("", NEWEST).replace("accounts/a/", "accounts/b/");
    assert_eq!(
        refused(&client, "GET", &elsewhere).await.1,
        "ParentResourceNotFound"
    );
    let nobody = below("/projects/p/workbenches/nobody/stop", NEWEST);
    assert_eq!(refused(&client, "POST", &nobody).await.0, 404);
    let pools = below("/computes/gpu/stop", NEWEST);
    let (told, code, _) = refused(&client, "POST", &pools).await;
    assert_eq!((told, code.as_str()), (400, "OperationNotSupported"));
    let operation = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/westeurope/computeOperations/x\
         ?api-version={NEWEST}"
    );
    assert_eq!(refused(&client, "GET", &operation).await.0, 404);
    for (method, path) in [
        ("PATCH", workbench("", NEWEST)),
        ("POST", workbench("/resize", NEWEST)),
    ] {
        assert_eq!(
            refused(&client, method, &path).await.1,
            "InvalidResourceType"
        );
    }
}

const RIGHTS: [&str; 12] = [
    "Microsoft.CognitiveServices/accounts/read",
    "Microsoft.CognitiveServices/accounts/projects/read",
    "Microsoft.CognitiveServices/accounts/projects/workbenches/read",
    "Microsoft.CognitiveServices/accounts/projects/workbenches/start/action",
    "Microsoft.CognitiveServices/accounts/projects/workbenches/stop/action",
    "Microsoft.CognitiveServices/accounts/projects/workbenches/restart/action",
    "Microsoft.CognitiveServices/accounts/computes/read",
    "Microsoft.CognitiveServices/accounts/computes/start/action",
    "Microsoft.CognitiveServices/accounts/computes/stop/action",
    "Microsoft.CognitiveServices/accounts/computes/restart/action",
    "Microsoft.CognitiveServices/accounts/managedComputeDeployments/read",
    "Microsoft.CognitiveServices/locations/computeOperations/read",
];

/// Every call with its right.
fn calls() -> Vec<(&'static str, String, &'static str)> {
    let at = |path: &str| below(path, NEWEST);
    let accounts =
        format!("{GROUP}/providers/Microsoft.CognitiveServices/accounts?api-version={NEWEST}");
    let operation = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/locations/westeurope/computeOperations/x\
         ?api-version={NEWEST}"
    );
    vec![
        ("GET", accounts, RIGHTS[0]),
        ("GET", at(""), RIGHTS[0]),
        ("GET", at("/projects"), RIGHTS[1]),
        ("GET", at("/projects/p"), RIGHTS[1]),
        ("GET", at("/projects/p/workbenches"), RIGHTS[2]),
        ("GET", at("/projects/p/workbenches/wb"), RIGHTS[2]),
        ("POST", at("/projects/p/workbenches/wb/start"), RIGHTS[3]),
        ("POST", at("/projects/p/workbenches/wb/stop"), RIGHTS[4]),
        ("POST", at("/projects/p/workbenches/wb/restart"), RIGHTS[5]),
        ("GET", at("/computes"), RIGHTS[6]),
        ("GET", at("/computes/box"), RIGHTS[6]),
        ("POST", at("/computes/box/start"), RIGHTS[7]),
        ("POST", at("/computes/box/stop"), RIGHTS[8]),
        ("POST", at("/computes/box/restart"), RIGHTS[9]),
        ("GET", at("/managedComputeDeployments"), RIGHTS[10]),
        ("GET", at("/managedComputeDeployments/model"), RIGHTS[10]),
        ("GET", operation, RIGHTS[11]),
    ]
}

#[tokio::test]
async fn each_right_that_is_missing_refuses_its_calls_and_no_other() {
    let folder = std::env::temp_dir().join(format!("lamplighter-foundry-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (number, missing) in RIGHTS.iter().enumerate() {
        let rights: Vec<&&str> = RIGHTS.iter().filter(|right| *right != missing).collect();
        let file = folder.join(format!("{number}.json"));
        std::fs::write(&file, json!({"Actions": rights}).to_string()).expect("written");
        let options = Options {
            role: Some(file),
            ..Options::default()
        };
        let client = started(fleet(json!([wb(&json!({}))]), &json!({})), options).await;
        for (method, path, right) in calls() {
            let (told, code, message) = refused(&client, method, &path).await;
            let forbidden = (told, code.as_str()) == (403, "AuthorizationFailed");
            assert_eq!(
                forbidden,
                right == *missing,
                "{missing}: {method} {path} {told} {code}"
            );
            assert_eq!(
                message.contains(&format!("'{missing}'")),
                forbidden,
                "{message}"
            );
        }
        let graph = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
        let body = json!({"query": "resources | project type"});
        let (_, body) = client.call("POST", graph, Some(body)).await;
        let rows: Vec<&Value> = body["data"].as_array().expect("rows").iter().collect();
        assert_eq!(
            rows.len(),
            if number < 2 { 1 } else { 2 },
            "{missing}: {rows:?}"
        );
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[tokio::test]
async fn permissions_are_told_for_an_account() {
    let client = with(json!({})).await;
    let path = below(
        "/providers/Microsoft.Authorization/permissions",
        "2022-04-01",
    );
    assert_eq!(client.get(&path).await["value"][0]["actions"], json!(["*"]));
    for (project, told) in [("p", 200), ("none", 404)] {
        let rest = format!("/projects/{project}/providers/Microsoft.Authorization/permissions");
        let path = below(&rest, "2022-04-01");
        assert_eq!(client.call("GET", &path, None).await.0, told, "{project}");
    }
}
