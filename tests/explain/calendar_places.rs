//! Where calendars are: what is read as an address, and that none is shown.

use super::calendars::explain;
use super::run_with;
use std::net::TcpListener;

#[test]
fn a_webcal_address_is_asked_by_https_and_never_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // Whoever calls is heard, and gets no answer.
    let heard = std::thread::spawn(move || {
        let (mut caller, _) = listener.accept().expect("a caller");
        let mut first = [0; 1];
        std::io::Read::read_exact(&mut caller, &mut first).expect("a byte");
        first[0]
    });
    let address = format!("webcal://127.0.0.1:{port}/published/2/s3cr3t?key=s3cr3t");
    let printed = explain(&address, &[], &[14]);
    assert_eq!(
        heard.join().expect("a byte"),
        0x16,
        "a TLS handshake begins so"
    );
    assert!(
        printed.stderr.contains("calendar cal: 127.0.0.1: "),
        "{}",
        printed.stderr
    );
    assert!(
        !printed.stderr.contains("s3cr3t") && !printed.stdout.contains("s3cr3t"),
        "{}",
        printed.stderr
    );
    assert_eq!(printed.lines()[0]["desired"], "on");
    // Nor is it shown with the settings.
    for args in [&["settings"][..], &["settings", "--json"]] {
        let calendars = format!("plant = {address} | lab = lab.ics");
        let printed = run_with(args, &[("CALENDARS", &calendars)], b"");
        assert!(!printed.stdout.contains("s3cr3t"), "{}", printed.stdout);
        assert!(
            printed
                .stdout
                .contains("lab = lab.ics | plant = 127.0.0.1 (address hidden)"),
            "{}",
            printed.stdout
        );
    }
}

#[test]
fn a_place_that_cannot_be_read_is_refused_at_the_start_and_not_shown() {
    for (setting, value, why) in [
        (
            "CALENDARS",
            "plant = ftp://example.org/s3cr3t",
            "begins with ftp://",
        ),
        (
            "CALENDARS",
            "plant = feed://example.org/s3cr3t",
            "begins with feed://",
        ),
        (
            "CALENDARS",
            "plant = https:/example.org/s3cr3t",
            "not a whole one",
        ),
        ("CALENDARS", "plant = webcal://", "not a whole one"),
        (
            "CALENDARS",
            "webcal://example.org/s3cr3t",
            "an entry has no name",
        ),
        (
            "CALENDARS",
            "https://example.org/s3cr3t?key=s3cr3t",
            "cannot be a name",
        ),
        (
            "CALENDARS",
            "{\"plant\": [\"https://example.org/s3cr3t\"]}",
            "a JSON object of texts",
        ),
        ("CALENDAR_EVENTS", "cal = not", "a text that events contain"),
        (
            "CALENDAR_EVENTS",
            "cal = summary:",
            "a text that events contain",
        ),
        (
            "CALENDAR_EVENTS",
            "other = Public holiday",
            "'other = Public holiday' is not of a name in CALENDARS",
        ),
        ("CALENDAR_EVENTS", "Public holiday", "expected name = value"),
    ] {
        let settings = match setting {
            "CALENDARS" => vec![(setting, value)],
            _ => vec![("CALENDARS", "cal = cal.ics"), (setting, value)],
        };
        let printed = run_with(&["settings"], &settings, b"");
        assert!(
            printed.code != 0 && printed.stderr.contains(&format!("setting {setting}: ")),
            "{value}: {}",
            printed.stderr
        );
        assert!(printed.stderr.contains(why), "{value}: {}", printed.stderr);
        assert!(
            !printed.stderr.contains("s3cr3t") && !printed.stdout.contains("s3cr3t"),
            "{value}: {}",
            printed.stderr
        );
    }
}
