//! The Functions host that started this process, and whether it is still there.
//!
//! The host never asks a handler to end. It kills it, or ends itself and leaves it behind: then nobody hears its answers,
//! and another host runs another handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often it is looked whether the host is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why something was not begun, or its answer not waited for.
pub const GONE: &str = "the Functions host that started this process has gone";

/// The Functions host, known as this process's parent. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// `None`: no host started this process.
    parent: Option<Arc<Parent>>,
}

#[derive(Debug)]
struct Parent {
    id: u32,
    /// Once gone, it stays gone.
    gone: AtomicBool,
}

impl Host {
    /// Whoever started this process, as it is now: to be called first of all.
    pub fn of_this_process() -> Host {
        Host {
            parent: parent().map(|id| {
                Arc::new(Parent {
                    id,
                    gone: AtomicBool::new(false),
                })
            }),
        }
    }

    /// Whether the host has ended and left this process behind.
    pub fn is_gone(&self) -> bool {
        let Some(known) = &self.parent else {
            return false;
        };
        if parent() != Some(known.id) {
            known.gone.store(true, Ordering::Relaxed);
        }
        known.gone.load(Ordering::Relaxed)
    }

    /// Waits until the host has gone: without one, for ever.
    pub async fn gone(&self) {
        if self.parent.is_none() {
            return std::future::pending().await;
        }
        while !self.is_gone() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

/// Functions runs handlers on Linux; elsewhere a process keeps its parent's id when that has ended.
#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}
