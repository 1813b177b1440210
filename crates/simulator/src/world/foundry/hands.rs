//! What somebody outside of any plan can set about a workbench, how names find what lies in an account, and what is
//! noted.

use crate::duration;
use crate::kinds::workbench::spec::ErrorSpec;
use crate::kinds::workbench::state::{OlderState, Provisioned, WorkbenchState};
use crate::world::behind::place::Place;
use crate::world::record::What;
use crate::world::simulation::World;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What can be set of a workbench or a container instance. What is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Setting {
    /// It stays in it until somebody acts; an operation under way is canceled.
    pub state: Option<WorkbenchState>,
    pub older_state: Option<OlderState>,
    pub provisioned: Option<Provisioned>,
    pub shows_status: Option<bool>,
    pub errors: Option<Vec<ErrorSpec>>,
    /// In ISO 8601; the empty text takes it away.
    pub idle_time_before_shutdown: Option<String>,
    pub idle_timer_fires: Option<bool>,
    /// So many of the next starts are accepted and come to nothing, with this code.
    pub fail_starts: Option<u32>,
    pub fails_with: Option<String>,
    /// Starts are refused at once.
    pub no_quota: Option<bool>,
    /// Whole minutes.
    pub start_takes_minutes: Option<u32>,
    pub stop_takes_minutes: Option<u32>,
}

impl World {
    /// The workbench (`account/project/workbench`) or container instance (`account/compute`) of a fleet file's name or
    /// an ARM id, in any case.
    pub(crate) fn find_container(&self, name: &str) -> Option<usize> {
        let mut all = self.foundry.containers.iter();
        all.position(|one| one.exists && is(&one.place, name))
    }

    /// Sets something about a workbench. False where the idle time is none.
    pub(crate) fn set_about_container(&mut self, container: usize, setting: Setting) -> bool {
        let is_time = |text: &str| text.starts_with('P') && duration::read(text).is_ok();
        let idle_time = setting.idle_time_before_shutdown.as_deref();
        if idle_time.is_some_and(|text| !text.is_empty() && !is_time(text)) {
            return false;
        }
        if let Some(state) = setting.state {
            self.cancel_container(container);
            self.set_container(container, state);
        }
        let now = self.now;
        let own = &mut self.foundry.containers[container];
        own.older_state = setting.older_state.or(own.older_state);
        own.spec.provisioned = setting.provisioned.unwrap_or(own.spec.provisioned);
        own.shows_status = setting.shows_status.unwrap_or(own.shows_status);
        own.idle_timer_fires = setting.idle_timer_fires.unwrap_or(own.idle_timer_fires);
        own.starts_to_fail = setting.fail_starts.unwrap_or(own.starts_to_fail);
        own.no_quota = setting.no_quota.unwrap_or(own.no_quota);
        if let Some(errors) = setting.errors {
            own.errors = errors;
        }
        if let Some(code) = setting.fails_with {
            own.fails_with = code;
        }
        for (range, minutes) in [
            (&mut own.spec.start_takes, setting.start_takes_minutes),
            (&mut own.spec.stop_takes, setting.stop_takes_minutes),
        ] {
            if let Some(minutes) = minutes {
                (range.from, range.to) = (minutes.max(1), minutes.max(1));
            }
        }
        let new_timer = setting.idle_time_before_shutdown.is_some();
        if let Some(text) = setting.idle_time_before_shutdown {
            own.idle_setting = Some(text).filter(|text| !text.is_empty());
        }
        own.touch(now);
        if new_timer || setting.idle_timer_fires.is_some() {
            self.watch_container(container);
        }
        true
    }

    /// Replaces the tags of the account (`group/account`), project (`account/project`), compute or workbench of a fleet
    /// file's name or an ARM id. False where there is none.
    pub(in crate::world) fn set_foundry_tags(
        &mut self,
        on: &str,
        tags: &BTreeMap<String, String>,
    ) -> bool {
        let now = self.now;
        if let Some(container) = self.find_container(on) {
            let own = &mut self.foundry.containers[container];
            own.place.tags.clone_from(tags);
            own.touch(now);
            return true;
        }
        let foundry = &mut self.foundry;
        let accounts = foundry.accounts.iter_mut().map(|one| &mut one.place);
        let projects = foundry.projects.iter_mut().map(|one| &mut one.place);
        let clusters = foundry.clusters.iter_mut().map(|one| &mut one.place);
        let mut places = accounts.chain(projects).chain(clusters);
        match places.find(|place| is(place, on)) {
            Some(place) => {
                place.tags.clone_from(tags);
                place.modified = now;
                true
            }
            None => false,
        }
    }

    pub(super) fn note_container(&mut self, container: usize, what: What) {
        let place = &self.foundry.containers[container].place;
        let (id, name) = (place.id.clone(), place.reference.clone());
        self.note_other(id, name, what);
    }
}

fn is(place: &Place, name: &str) -> bool {
    place.reference.eq_ignore_ascii_case(name) || place.id.eq_ignore_ascii_case(name)
}
