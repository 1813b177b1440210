//! How long Azure takes.

use super::action::Action;

/// How long each action takes, in simulated seconds.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub start_seconds: i64,
    pub stop_seconds: i64,
    pub restart_seconds: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            start_seconds: 180,
            stop_seconds: 90,
            restart_seconds: 150,
        }
    }
}

impl Timing {
    /// The simulated seconds that an action takes.
    pub(crate) fn of(&self, action: Action) -> i64 {
        match action {
            Action::Start => self.start_seconds,
            Action::Stop => self.stop_seconds,
            Action::Restart => self.restart_seconds,
        }
    }
}
