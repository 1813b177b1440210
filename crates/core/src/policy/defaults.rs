//! What holds where no tag is set, and what tags may name.

use crate::schedule::{DaysOff, Schedule};
use crate::tz::Tz;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the platform's settings are where no tag is set.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// `TAG_PREFIX`, compared without case.
    pub prefix: String,
    /// `OWNER_TAG`, a whole tag name.
    pub owner_tag: String,
    /// `COST_TAGS`, whole tag names by which the platform divides costs.
    pub cost_tags: Vec<String>,
    /// `DEFAULT_ZONE`, for schedules that name none.
    pub zone: Tz,
    /// `DEFAULT_SCHEDULE`, in the language of `lamp-schedule`; the settings check that it parses.
    pub schedule: Option<String>,
    /// `DEFAULT_IDLE`, in the language of `lamp-idle`.
    pub idle: Option<String>,
    /// `DEFAULT_NOTICE`, in the language of `lamp-notice`.
    pub notice: Option<String>,
    /// `DEFAULT_HOLIDAYS`, in the language of `lamp-holidays`.
    pub holidays: Option<String>,
    /// `OPT_OUT`: resources without any tag are governed by the defaults too.
    pub opt_out: bool,
    /// `SCHEDULES`: schedules that tags may name, by their names in lower case.
    pub schedules: Arc<BTreeMap<String, Schedule>>,
    /// `CALENDARS`: calendars that tags may name, by their names in lower case.
    pub calendars: Arc<BTreeMap<String, Calendar>>,
}

impl Default for Defaults {
    /// The settings as they are where none is set.
    ///
    /// ```
    /// use lamplighter_core::policy::Defaults;
    ///
    /// let defaults = Defaults::default();
    /// assert_eq!((defaults.prefix.as_str(), defaults.opt_out), ("lamp-", false));
    /// assert_eq!(defaults.zone, lamplighter_core::tz::Tz::UTC);
    /// ```
    fn default() -> Defaults {
        Defaults {
            prefix: "lamp-".into(),
            owner_tag: "owner".into(),
            cost_tags: Vec::new(),
            zone: Tz::UTC,
            schedule: None,
            idle: None,
            notice: None,
            holidays: None,
            opt_out: false,
            schedules: Arc::default(),
            calendars: Arc::default(),
        }
    }
}

/// A calendar of the platform's own, as it was last read. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub days_off: DaysOff,
    /// What is on each of these days, as far as the calendar says.
    pub names: Arc<BTreeMap<NaiveDate, String>>,
    /// Why it could not be read; its days then count as working days, which stops nobody.
    pub problem: Option<String>,
    /// What was passed over in it, and that no day counts, one sentence each.
    pub notes: Arc<[String]>,
}
