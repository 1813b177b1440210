//! `explain --batch` of lines that are nearly cases, and of callers that wait for each answer.

use super::run_with;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const NOW: &str = "2026-11-28T10:00:00Z";

fn answer(line: &str) -> Value {
    let printed = run_with(&["explain", "--batch"], &[], line.as_bytes());
    let mut lines = printed.lines();
    assert_eq!(lines.len(), 1, "{}", printed.stdout);
    lines.remove(0)
}

#[test]
fn only_objects_are_cases() {
    for line in [
        json!([null, {}, null, null, null, NOW]).to_string(),
        json!({"now": NOW, "lastOperation": ["Start", NOW, null, null]}).to_string(),
        json!({"now": NOW, "jobs": [["train", "Running", null]]}).to_string(),
    ] {
        let answer = answer(&line);
        assert_eq!(answer["reason"], "malformed-input", "{line}: {answer}");
    }
    let answer = answer(&json!({"now": NOW, "defaults": ["Europe/Lisbon"]}).to_string());
    assert_eq!(answer["reason"], "unreadable-tag");
}

#[test]
fn bad_defaults_are_named() {
    for (defaults, tag) in [
        (json!({"zone": 7}), "defaults.zone"),
        (json!({"zone": "EST"}), "defaults.zone"),
        (json!({"idle": "1h", "notice": []}), "defaults.notice"),
        (json!({"zoom": "UTC"}), "defaults.zoom"),
        (json!({"tagPrefix": ""}), "defaults.tagPrefix"),
        (json!({"tagPrefix": "a/b"}), "defaults.tagPrefix"),
        (json!({"lease": "0s"}), "defaults.lease"),
        (json!({"lease": "8d"}), "defaults.lease"),
        (json!([]), "defaults"),
    ] {
        let answer = answer(&json!({"now": NOW, "defaults": defaults}).to_string());
        assert_eq!(answer["errors"][0]["tag"], tag, "{answer}");
        assert_eq!(answer["decision"], "leave");
    }
}

#[test]
fn an_instance_is_not_first_seen_in_the_future() {
    let later = json!({"now": NOW, "firstSeen": "2026-11-28T10:00:01Z", "tags": {"lamp-schedule": "never"}, "state": "Running"});
    let answer = answer(&later.to_string());
    assert_eq!(answer["reason"], "malformed-input");
    assert!(
        answer["text"]
            .as_str()
            .is_some_and(|text| text.contains("firstSeen")),
        "{answer}"
    );
}

#[test]
fn an_id_that_is_no_text_is_not_copied() {
    let answer = answer(r#"{"id":"\ud800","now":7}"#);
    assert_eq!(answer["id"], Value::Null);
    assert_eq!(answer["reason"], "malformed-input");
}

#[test]
fn columns_are_characters() {
    // The same slip after five letters, of one byte each and of two.
    for name in ["aaaaa", "äöüßé"] {
        let line = format!(r#"{{"id":"{name}","now":}}"#);
        assert_eq!(answer(&line)["errors"][0]["column"], 21, "{line}");
    }
}

#[test]
fn each_answer_comes_before_the_next_question() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lamplighter"))
        .args(["explain", "--batch"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut questions = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe"));
    for id in ["a", "b", "c"] {
        writeln!(questions, "{}", json!({"id": id, "now": NOW})).expect("written");
        let mut line = String::new();
        answers.read_line(&mut line).expect("an answer");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(answer["id"], id);
    }
    drop(questions);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn an_absurd_idle_timer_spoils_nothing() {
    for length in ["P99999999D", "P3000D", "PT1S"] {
        let case = json!({"now": NOW, "tags": {"lamp-idle": "60m"}, "state": "Running",
            "firstSeen": "2026-11-20T10:00:00Z", "idleTimeBeforeShutdown": length});
        let answer = answer(&case.to_string());
        assert_eq!(answer["reason"], "evidence-unknown", "{length}: {answer}");
    }
}
