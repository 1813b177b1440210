//! Threads that answer lines of a batch beside this one.

use lamplighter_core::explain::{Answerer, Answers, Ask, Base, Lines};
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, Scope};

/// Fewer lines are answered sooner than a helper has woken.
const FEW: usize = 16;
/// More would wait for whoever reads and writes.
const MOST: usize = 8;

/// One thread, with the lines that it is given and the answers that come back.
struct Helper {
    lines: Sender<Lines>,
    answers: Receiver<io::Result<Answers>>,
}

/// This thread's own answers, and helpers once there is enough to do.
pub struct Helpers<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    ask: Ask,
    platform: Base,
    own: Answerer,
    helpers: Option<Vec<Helper>>,
}

impl<'scope, 'env> Helpers<'scope, 'env> {
    pub fn new(scope: &'scope Scope<'scope, 'env>, ask: Ask, platform: Base) -> Self {
        Helpers {
            scope,
            ask,
            own: Answerer::new(ask, platform.clone()),
            platform,
            helpers: None,
        }
    }

    /// The answers to these lines, in their order.
    ///
    /// # Errors
    /// An answer cannot be put in JSON, or a helper has died.
    pub fn answer(&mut self, lines: Lines) -> io::Result<Vec<Answers>> {
        if lines.count() < FEW {
            return Ok(vec![self.own.answer(&lines)?]);
        }
        let (scope, ask, platform) = (self.scope, self.ask, &self.platform);
        let helpers = self
            .helpers
            .get_or_insert_with(|| begin(scope, ask, platform));
        let mut parts = lines.split(helpers.len() + 1).into_iter();
        let own = parts.next().unwrap_or_default();
        let mut busy = Vec::with_capacity(helpers.len());
        for (part, helper) in parts.zip(&*helpers) {
            helper.lines.send(part).map_err(|_| died())?;
            busy.push(helper);
        }
        let mut answers = vec![self.own.answer(&own)?];
        for helper in busy {
            answers.push(helper.answers.recv().map_err(|_| died())??);
        }
        Ok(answers)
    }
}

fn died() -> io::Error {
    io::Error::other("a thread has ended before its time")
}

/// As many as there are processors beside this one's, and as the system lets us have.
fn begin<'scope>(scope: &'scope Scope<'scope, '_>, ask: Ask, platform: &Base) -> Vec<Helper> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let helpers = (1..processors.min(MOST)).map_while(|_| {
        let (lines, given) = channel::<Lines>();
        let (back, answers) = channel();
        let mut own = Answerer::new(ask, platform.clone());
        let work = move || {
            for lines in given {
                if back.send(own.answer(&lines)).is_err() {
                    return;
                }
            }
        };
        let begun = Builder::new().spawn_scoped(scope, work);
        begun.ok().map(|_| Helper { lines, answers })
    });
    helpers.collect()
}
