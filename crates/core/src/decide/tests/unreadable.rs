//! What owners are told of tags that cannot be read.

use super::after::{kinds, told};
use super::story::{Story, at, resource};
use crate::record::{NoticeOwed, OwedAbout};

#[test]
fn an_unreadable_tag_is_told_with_its_correction_once_a_day_and_another_value_is_another() {
    let mut story = resource(&[
        ("lamp-schedule", "Mon-Fry 08:00-19:00"),
        ("lamp-notice", "off"),
    ]);
    let found = told(&mut story, "23T12:00");
    assert_eq!(kinds(&found), [OwedAbout::UnreadableTag]);
    assert_eq!(
        found[0].said.text,
        "m is neither stopped nor started while one of its tags cannot be read. \
         lamp-schedule (on the compute) = Mon-Fry 08:00-19:00: column 5: \"Fry\" is not a day: \
         expected Mon to Sun, daily, weekdays or weekends."
    );
    assert_eq!(
        found[0].said.to_do,
        ["What may be meant: lamp-schedule = Mon-Fri 08:00-19:00"]
    );
    assert_eq!(kinds(&told(&mut story, "24T11:59")), []);
    assert_eq!(
        kinds(&told(&mut story, "24T12:00")),
        [OwedAbout::UnreadableTag]
    );
    story.tags = [("lamp-schedule".to_string(), "Fry 08:00-19:00".to_string())]
        .into_iter()
        .collect();
    assert_eq!(
        kinds(&told(&mut story, "24T12:05")),
        [OwedAbout::UnreadableTag]
    );
    story.tags = [("lamp-schedule".to_string(), "Fri 08:00-19:00".to_string())]
        .into_iter()
        .collect();
    assert_eq!(kinds(&told(&mut story, "25T13:00")), []);
}

/// Two of its tags cannot be read.
fn two_unreadable() -> Story {
    resource(&[
        ("lamp-idle", "an hour"),
        ("lamp-schedule", "Mon-Fry 08:00-19:00"),
        ("lamp-notice", "off"),
    ])
}

#[test]
fn each_value_that_cannot_be_read_is_told_once_a_day_whatever_becomes_of_the_others() {
    let mut story = two_unreadable();
    let found = told(&mut story, "23T12:00");
    assert_eq!(kinds(&found), [OwedAbout::UnreadableTag]);
    let text = &found[0].said.text;
    assert!(
        text.contains("lamp-idle") && text.contains("lamp-schedule"),
        "{text}"
    );
    story.tags.insert("lamp-idle".into(), "1h".into());
    assert_eq!(kinds(&told(&mut story, "23T12:10")), []);
    // The same letters, and a line of the one that was told in it.
    let other = "Mon-Fry 08:00-19:00\nlamp-schedule=Mon-Fry 08:00-19:00";
    for (time, value) in [("23T12:20", "Mon-Fry 08:00-18:00"), ("23T12:30", other)] {
        story.tags.insert("lamp-schedule".into(), value.into());
        let found = told(&mut story, time);
        assert_eq!(kinds(&found), [OwedAbout::UnreadableTag], "{value}");
        let text = &found[0].said.text;
        assert!(
            text.contains(value) && !text.contains("lamp-idle"),
            "{text}"
        );
        assert_eq!(kinds(&told(&mut story, "23T12:35")), [], "{value}");
    }
    // A is as it was, and B as it was first: both were told today.
    story.tags = two_unreadable().tags;
    assert_eq!(kinds(&told(&mut story, "24T11:55")), []);
    let found = told(&mut story, "24T12:30");
    assert_eq!(kinds(&found), [OwedAbout::UnreadableTag]);
    let text = &found[0].said.text;
    assert!(
        text.contains("lamp-idle") && text.contains("lamp-schedule"),
        "{text}"
    );
}

#[test]
fn what_is_owed_of_unreadable_tags_is_no_news_and_is_dropped_once_one_of_them_is_mended() {
    let mut story = two_unreadable();
    let found = told(&mut story, "23T12:00").remove(0);
    story.saved_state.told_after.clear();
    story.saved_state.owed_after.push(NoticeOwed {
        about: found.about,
        cause: at("23T12:00"),
        message: "m".into(),
        since: at("23T12:00"),
        tried_at: at("23T12:00"),
        sending: false,
        failed_at: None,
        failures: 1,
        renewed: false,
        not_before: None,
        why: None,
        said: Some(found.said),
    });
    assert_eq!(kinds(&told(&mut story, "23T12:05")), []);
    assert_eq!(story.saved_state.owed_after.len(), 1);
    // What it says of the one that is mended is not true any more.
    story.tags.insert("lamp-idle".into(), "1h".into());
    assert_eq!(kinds(&told(&mut story, "23T12:10")), []);
    assert_eq!(story.saved_state.owed_after, []);
    let found = told(&mut story, "23T12:15");
    assert_eq!(kinds(&found), [OwedAbout::UnreadableTag]);
    let text = &found[0].said.text;
    assert!(
        text.contains("lamp-schedule") && !text.contains("lamp-idle"),
        "{text}"
    );
}
