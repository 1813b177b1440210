//! Windows' names of zones: in tags they are corrected, in Azure's own schedules they are understood.

use super::{run, stdout};
use lamplighter_core::tz;
use std::collections::BTreeMap;

const NAMES: [(&str, &str); 8] = [
    ("Alberta Standard Time", "America/Edmonton"),
    ("British Columbia Standard Time", "America/Vancouver"),
    ("Manitoba Standard Time", "America/Winnipeg"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Morocco Standard Time", "Africa/Casablanca"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("UTC", "Etc/UTC"),
];

#[test]
fn a_windows_name_in_a_tag_is_corrected_to_its_place() {
    for (windows, place) in NAMES.into_iter().filter(|(windows, _)| *windows != "UTC") {
        let tag = format!("lamp-schedule=Mon-Fri 08:00-19:00 {windows}");
        let shown = stdout(&run(&["lint", &tag], None, ""));
        let fix = format!("try: Mon-Fri 08:00-19:00 {place}\n");
        assert!(
            shown.contains("is Windows' name") && shown.contains(&fix),
            "{shown}"
        );
    }
}

#[test]
fn every_windows_name_leads_to_a_zone_that_is_known() {
    let found: BTreeMap<&str, &str> = NAMES
        .into_iter()
        .map(|(windows, _)| (windows, tz::windows(windows).map_or("none", tz::Tz::name)))
        .collect();
    assert_eq!(found, BTreeMap::from(NAMES));
    assert_eq!(tz::windows("Middle-earth Standard Time"), None);
}
