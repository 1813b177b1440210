//! `lamp-schedule` as it should be.

use super::support::{DAILY, WORKDAYS, lisbon, schedule, zone};
use lamplighter_core::schedule::{Days, EdgeRule, Power, Rules, Schedule, Window};

fn window(days: Days, start: u16, end: u16) -> Window {
    Window {
        days,
        start: start * 60,
        end: end * 60,
    }
}

fn timed(windows: &[Window], edges: &[EdgeRule]) -> Rules {
    Rules::Timed {
        windows: windows.to_vec(),
        edges: edges.to_vec(),
    }
}

#[test]
fn windows_are_read() {
    let office = timed(&[window(WORKDAYS, 8, 19)], &[]);
    for text in [
        "Mon-Fri 08:00-19:00",
        "mon-fri 8:00-19:00 europe/LISBON",
        "  WEEKDAYS  08:00 - 19:00 ",
        "Mon,Tue,Wed,Thu,Fri 08:00-19:00",
        "Mon - Wed , Thu-Fri 08:00-19:00 Europe/Lisbon",
    ] {
        assert_eq!(
            schedule(text),
            Schedule::new(office.clone(), lisbon()),
            "{text}"
        );
    }
    let zones = [("Asia/Kolkata", zone("Asia/Kolkata")), ("utc", zone("UTC"))];
    for (name, expected) in zones {
        assert_eq!(
            schedule(&format!("daily 08:00-19:00 {name}")).zone,
            expected
        );
    }
}

#[test]
fn several_windows_and_their_days() {
    let sat = Days(0b010_0000);
    for (text, windows) in [
        (
            "Mon-Fri 08:00-12:00, 13:00-18:00; Sat 10:00-14:00",
            vec![
                window(WORKDAYS, 8, 12),
                window(WORKDAYS, 13, 18),
                window(sat, 10, 14),
            ],
        ),
        (
            "Mon-Fri 08:00-12:00, Sat 10:00-14:00",
            vec![window(WORKDAYS, 8, 12), window(sat, 10, 14)],
        ),
        ("08:00-12:00", vec![window(DAILY, 8, 12)]),
        (
            "08:00-12:00; 13:00-14:00",
            vec![window(DAILY, 8, 12), window(DAILY, 13, 14)],
        ),
        ("Fri-Mon 08:00-12:00", vec![window(Days(0b111_0001), 8, 12)]),
        ("Mon,Wed 08:00-12:00", vec![window(Days(0b000_0101), 8, 12)]),
        (
            "weekends,Mon 00:00-24:00",
            vec![window(Days(0b110_0001), 0, 24)],
        ),
        ("Mon-Fri 22:00-06:00", vec![window(WORKDAYS, 22, 6)]),
        ("Mon-Fri 22:00-00:00", vec![window(WORKDAYS, 22, 0)]),
        ("Wed-Wed 08:00-12:00", vec![window(Days(0b000_0100), 8, 12)]),
    ] {
        assert_eq!(schedule(text).rules, timed(&windows, &[]), "{text}");
    }
}

#[test]
fn edges_are_read() {
    let stop = |days, hour: u16| EdgeRule::weekly(Power::Off, days, hour * 60);
    let start = |days, hour: u16| EdgeRule::weekly(Power::On, days, hour * 60);
    for (text, windows, edges) in [
        ("stop daily 19:00", vec![], vec![stop(DAILY, 19)]),
        ("STOP 19:00 Europe/Lisbon", vec![], vec![stop(DAILY, 19)]),
        (
            "start Mon-Fri 08:00; stop daily 20:00",
            vec![],
            vec![start(WORKDAYS, 8), stop(DAILY, 20)],
        ),
        (
            "start Mon,Wed 8:00, stop daily 20:00",
            vec![],
            vec![start(Days(0b101), 8), stop(DAILY, 20)],
        ),
        (
            "Mon-Fri 08:00-19:00; stop daily 23:00",
            vec![window(WORKDAYS, 8, 19)],
            vec![stop(DAILY, 23)],
        ),
        (
            "stop daily 23:00; 08:00-19:00",
            vec![window(DAILY, 8, 19)],
            vec![stop(DAILY, 23)],
        ),
    ] {
        assert_eq!(schedule(text).rules, timed(&windows, &edges), "{text}");
    }
}

#[test]
fn whole_words_are_read() {
    for (text, rules) in [
        ("always", Rules::Always),
        ("Never", Rules::Never),
        (" NONE ", Rules::None),
    ] {
        assert_eq!(schedule(text), Schedule::new(rules, lisbon()));
    }
    assert_eq!(schedule("never Asia/Kolkata").zone, zone("Asia/Kolkata"));
}
