//! Settings in the language of tags: read by the very parser that reads the tags.

use super::named;
use super::reader::Reader;
use super::sources::CalendarPlace;
use super::texts::{boolean, cost_tags};
use super::values::CalendarSource;
use lamplighter_core::holidays::{self, EventFilter};
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{
    self, Defaults, TAG_NAME_FORM, TAG_PREFIX_FORM, is_tag_name, is_tag_prefix,
};
use lamplighter_core::schedule::Schedule;
use lamplighter_core::tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The settings that name a channel for notices.
const CHANNELS: [&str; 6] = [
    "NOTICE_TEAMS_WEBHOOK",
    "NOTICE_EMAIL",
    "NOTICE_SLACK_WEBHOOK",
    "NOTICE_WEBHOOK",
    "NOTICE_AZURE_WEBHOOK",
    "NOTICE_EVENTGRID",
];
/// `DEFAULT_NOTICE` where it is not set and a channel is.
const USUAL_NOTICE: &str = "15m";

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// A default in the tag language: read by the very parser that reads the tag, under a name that it knows.
    fn language(&mut self, name: &'static str, tag: &str, defaults: &Defaults) -> Option<String> {
        let text = self.optional(name)?;
        let full = format!("{}{tag}", defaults.prefix);
        let tags = Tags::from([(full, text.clone())]);
        let none = Tags::new();
        let layers = policy::Layers {
            compute_name: "",
            compute: &tags,
            workspace: &none,
            resource_group: &none,
        };
        if let Some(error) = policy::read(&layers, defaults).errors.first() {
            let expected = format!("what lamp-{tag} takes: {}", error.in_one_line());
            self.refuse(name, &text, expected);
        }
        Some(text)
    }

    /// Whether a channel for notices is set.
    fn has_channel(&self) -> bool {
        let mut channels = CHANNELS.iter();
        channels.any(|name| self.optional(name).is_some())
    }

    /// Names and what they stand for; nothing where they cannot be read.
    fn pairs(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let text = self.text(name);
        match named::pairs(&text) {
            Ok(pairs) => pairs,
            Err(why) => {
                // The addresses of calendars are secrets.
                let why = match name {
                    "CALENDARS" => why.without_texts(),
                    _ => why.to_string(),
                };
                let expected = format!(
                    "name = value, separated by | or new lines, a JSON object, or a .json or .toml file: {why}"
                );
                self.refuse(name, &text, expected);
                BTreeMap::new()
            }
        }
    }

    /// `CALENDARS` with `CALENDAR_EVENTS`.
    pub fn calendars(&mut self) -> BTreeMap<String, CalendarSource> {
        let places = self.pairs("CALENDARS");
        let mut filters = self.pairs("CALENDAR_EVENTS");
        let mut read = BTreeMap::new();
        for (name, text) in places {
            if holidays::public(&name).is_some() {
                let expected = "a name that is no country's, nor a part of one's";
                self.refuse_one("CALENDARS", &name, "", expected);
            }
            let place = CalendarPlace::read(&text);
            let events = filters.remove(&name);
            let filter = events.as_deref().map(EventFilter::read).transpose();
            if let Err(why) = &place {
                let expected = format!("an .ics file or its https, http or webcal address: {why}");
                self.refuse_one("CALENDARS", &name, "", &expected);
            }
            if let Err(expected) = &filter {
                let text = events.as_deref().unwrap_or_default();
                self.refuse_one("CALENDAR_EVENTS", &name, text, &expected.to_string());
            }
            if let (Ok(place), Ok(events)) = (place, filter) {
                let events = events.unwrap_or_default();
                read.insert(name, CalendarSource { place, events });
            }
        }
        for (name, text) in filters {
            self.refuse_one("CALENDAR_EVENTS", &name, &text, "of a name in CALENDARS");
        }
        read
    }

    /// Refuses one entry of a setting of names; an empty text is not shown.
    fn refuse_one(&mut self, name: &'static str, entry: &str, text: &str, expected: &str) {
        let shown = match text {
            "" => entry.to_string(),
            text => format!("{entry} = {text}"),
        };
        self.refuse(name, &shown, expected);
    }

    /// `SCHEDULES`, each read by the parser of the tag.
    fn schedules(&mut self, zone: Tz) -> BTreeMap<String, Schedule> {
        let mut read = BTreeMap::new();
        for (name, text) in self.pairs("SCHEDULES") {
            match policy::read_schedule(&text, zone) {
                Ok(schedule) => {
                    read.insert(name, schedule);
                }
                Err(error) => {
                    let expected = format!("what lamp-schedule takes: {}", error.in_one_line());
                    self.refuse("SCHEDULES", &format!("{name} = {text}"), expected);
                }
            }
        }
        read
    }

    fn cost_tags(&mut self) -> Option<Vec<String>> {
        self.parsed(
            "COST_TAGS",
            "names of tags, comma-separated, each once, without < > % & \\ ? /",
            cost_tags,
        )
    }

    /// `calendars`: their names may stand in `DEFAULT_HOLIDAYS`.
    pub fn defaults(&mut self, calendars: &BTreeMap<String, CalendarSource>) -> Option<Defaults> {
        let prefix = self.parsed("TAG_PREFIX", TAG_PREFIX_FORM, |text| {
            is_tag_prefix(text).then(|| text.to_string())
        });
        let owner_tag = self.parsed("OWNER_TAG", TAG_NAME_FORM, |text| {
            is_tag_name(text).then(|| text.to_string())
        });
        let cost_tags = self.cost_tags();
        let zone = self.parsed(
            "DEFAULT_ZONE",
            "an IANA time zone such as Europe/Lisbon",
            policy::read_zone,
        );
        let opt_out = self.parsed("OPT_OUT", "true or false", boolean);
        let readable = prefix.is_some()
            && owner_tag.is_some()
            && cost_tags.is_some()
            && zone.is_some()
            && opt_out.is_some();
        // Where one of these cannot be read, what is wrong with the rest is told all the same.
        let usual = Defaults::default();
        let zone = zone.unwrap_or(usual.zone);
        let mut defaults = Defaults {
            prefix: prefix.unwrap_or(usual.prefix),
            owner_tag: owner_tag.unwrap_or(usual.owner_tag),
            cost_tags: cost_tags.unwrap_or_default(),
            zone,
            opt_out: opt_out.unwrap_or(usual.opt_out),
            ..Defaults::default()
        };
        defaults.schedules = self.schedules(zone).into();
        let schedule = self.language("DEFAULT_SCHEDULE", "schedule", &defaults);
        let idle = self.language("DEFAULT_IDLE", "idle", &defaults);
        let notice = self.language("DEFAULT_NOTICE", "notice", &defaults);
        // Whoever can be told ahead is.
        let usual = if self.has_channel() {
            USUAL_NOTICE
        } else {
            "off"
        };
        let notice = notice.or_else(|| Some(usual.to_owned()));
        (defaults.schedule, defaults.idle, defaults.notice) = (schedule, idle, notice);
        // The platform's own calendars are named here and read later.
        let names = calendars.keys().cloned();
        let named = names.map(|name| (name, policy::Calendar::default()));
        defaults.calendars = Arc::new(named.collect());
        defaults.holidays = self.language("DEFAULT_HOLIDAYS", "holidays", &defaults);
        readable.then_some(defaults)
    }
}
