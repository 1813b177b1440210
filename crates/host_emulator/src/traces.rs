//! What a handler prints, as the host shows it.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How the host shows a line: stdout is Information, and each line on stderr an Error, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Information,
    Error,
}

#[derive(Clone, Debug)]
pub struct Trace {
    pub level: Level,
    pub text: String,
}

type Listener = Box<dyn Fn(&Trace) + Send + Sync>;

/// All that was printed until now, by all copies. Cheap to clone.
#[derive(Clone, Default)]
pub struct Traces {
    all: Arc<Mutex<Vec<Trace>>>,
    /// Told of each line, as it comes; then they are not kept.
    listener: Option<Arc<Listener>>,
}

impl Traces {
    pub fn told_to(listener: impl Fn(&Trace) + Send + Sync + 'static) -> Traces {
        Traces {
            all: Arc::default(),
            listener: Some(Arc::new(Box::new(listener))),
        }
    }

    pub fn all(&self) -> Vec<Trace> {
        self.lock().clone()
    }

    /// Forgets what was printed until now.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Waits until `enough` holds for what was printed: pipes are read by other threads. `None`: it does not come.
    pub async fn until(&self, enough: impl Fn(&[Trace]) -> bool) -> Option<Vec<Trace>> {
        // Ten minutes: a limit for what does not come, not for a slow computer.
        for _ in 0..120_000 {
            let traces = self.all();
            if enough(&traces) {
                return Some(traces);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// What the host itself says.
    pub(crate) fn say(&self, text: String) {
        self.add(Trace {
            level: Level::Error,
            text,
        });
    }

    fn add(&self, trace: Trace) {
        match &self.listener {
            Some(listener) => listener(&trace),
            None => self.lock().push(trace),
        }
    }

    pub(crate) fn last_line(&self) -> String {
        self.lock()
            .last()
            .map(|trace| trace.text.clone())
            .unwrap_or_default()
    }

    /// Turns a stream's lines into traces until the process ends.
    pub(crate) fn collect(&self, stream: impl Read + Send + 'static, level: Level) {
        let traces = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                traces.add(Trace { level, text: line });
            }
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Trace>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
