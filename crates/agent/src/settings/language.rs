//! Settings in the language of tags: read by the very parser that reads the tags.

use super::named;
use super::reader::Reader;
use super::texts::boolean;
use chrono_tz::Tz;
use lamplighter_core::holidays;
use lamplighter_core::policy::{
    self, Defaults, TAG_NAME_FORM, TAG_PREFIX_FORM, is_tag_name, is_tag_prefix,
};
use lamplighter_core::schedule::Schedule;
use std::collections::BTreeMap;
use std::sync::Arc;

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// A default in the tag language: read by the very parser that reads the tag, under a name that it knows.
    fn language(&mut self, name: &'static str, tag: &str, defaults: &Defaults) -> Option<String> {
        let text = self.optional(name)?;
        let full = format!("{}{tag}", defaults.prefix);
        let tags = BTreeMap::from([(full, text.clone())]);
        let none = BTreeMap::new();
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

    /// Names and what they stand for; nothing where they cannot be read.
    fn pairs(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let text = self.text(name);
        match named::pairs(&text) {
            Ok(pairs) => pairs,
            Err(why) => {
                let expected = format!(
                    "name = value, separated by | or new lines, a JSON object, or a .json or .toml file: {why}"
                );
                self.refuse(name, &text, expected);
                BTreeMap::new()
            }
        }
    }

    /// Read without a complaint: what is wrong with `CALENDARS` was told with the defaults.
    pub fn calendars(&mut self) -> BTreeMap<String, String> {
        named::pairs(&self.text("CALENDARS")).unwrap_or_default()
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

    pub fn defaults(&mut self) -> Option<Defaults> {
        let prefix = self.parsed("TAG_PREFIX", TAG_PREFIX_FORM, |text| {
            is_tag_prefix(text).then(|| text.to_string())
        })?;
        let owner_tag = self.parsed("OWNER_TAG", TAG_NAME_FORM, |text| {
            is_tag_name(text).then(|| text.to_string())
        });
        let zone = self.parsed(
            "DEFAULT_ZONE",
            "an IANA time zone such as Europe/Lisbon",
            policy::read_zone,
        )?;
        let opt_out = self.parsed("OPT_OUT", "true or false", boolean)?;
        let mut defaults = Defaults {
            prefix,
            owner_tag: owner_tag?,
            zone,
            opt_out,
            ..Defaults::default()
        };
        defaults.schedules = self.schedules(zone).into();
        let schedule = self.language("DEFAULT_SCHEDULE", "schedule", &defaults);
        let idle = self.language("DEFAULT_IDLE", "idle", &defaults);
        let notice = self.language("DEFAULT_NOTICE", "notice", &defaults);
        (defaults.schedule, defaults.idle, defaults.notice) = (schedule, idle, notice);
        // The platform's own calendars are named here and read later.
        let pairs = self.pairs("CALENDARS");
        for name in pairs.keys().filter(|name| holidays::public(name).is_some()) {
            let expected = "a name that is no country's, nor a part of one's";
            self.refuse("CALENDARS", name, expected);
        }
        let names = pairs.into_keys();
        let named = names.map(|name| (name, policy::Calendar::default()));
        defaults.calendars = Arc::new(named.collect());
        defaults.holidays = self.language("DEFAULT_HOLIDAYS", "holidays", &defaults);
        Some(defaults)
    }
}
