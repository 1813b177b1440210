//! What a date brings where a plan is no person's: drawn from the seed, a name and the date alone.

use super::day_plan::Draw;
use super::simulation::World;
use crate::civil::at_minute;
use crate::fleet::daily::Daily;
use crate::kinds::endpoint::spec::RequestPlan;
use chrono::{DateTime, NaiveDate, Utc};

impl World {
    /// When something daily happens on a date, if it does and is not over.
    pub(super) fn draw_daily(
        &self,
        daily: &Daily,
        name: &str,
        date: NaiveDate,
    ) -> Option<DateTime<Utc>> {
        let mut draw = Draw::new(self.fleet.seed, name, date);
        let minute = draw.between(daily.at.from.into(), daily.at.to.into());
        let at = at_minute(daily.zone.0, date, minute);
        (daily.days.contains(date) && at >= self.start).then_some(at)
    }

    /// From when to when requests come on a date, if they do.
    pub(super) fn draw_requests(
        &self,
        plan: &RequestPlan,
        name: &str,
        date: NaiveDate,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let mut draw = Draw::new(self.fleet.seed, name, date);
        let happens = draw.happens(plan.chance);
        let minute = draw.between(plan.at.from.into(), plan.at.to.into());
        let minutes = draw.between(plan.lasts.from, plan.lasts.to);
        let from = at_minute(plan.zone.0, date, minute);
        let to = from + chrono::TimeDelta::minutes(minutes.into());
        (happens && plan.days.contains(date)).then_some((from, to))
    }
}
