//! A function app on the host: its instances, its timers, and the requests of callers.

use crate::answer::Invoked;
use crate::app::{App, Trigger};
use crate::error::{HandlerError, HostError};
use crate::forward;
use crate::plan::{HostClock, Plan};
use crate::process::{Process, Start};
use crate::pump::Pump;
use crate::queues::POISON;
use crate::sas::connection_string;
use crate::shared::{End, Shared};
use crate::timer::{Tick, Timer};
use crate::traces::Traces;
use crate::wire::{self, Reply};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A function app that runs. It ends, without warning to its handlers, when this is dropped.
pub struct FunctionsHost {
    shared: Arc<Shared>,
    instances: Mutex<Vec<Instance>>,
    timers: Mutex<BTreeMap<String, Timer>>,
}

/// What became of a handler whose host has ended.
#[derive(Debug)]
pub enum Ended {
    /// It did nothing.
    Killed,
    /// It was at work, and still is.
    LeftBehind(Child),
}

/// One instance of the host.
struct Instance {
    process: Arc<Process>,
    /// Works on queues until it is dropped.
    pump: Option<Pump>,
}

impl Instance {
    async fn start(shared: &Arc<Shared>) -> Result<Instance, HostError> {
        let start = Start {
            app: Arc::clone(&shared.app),
            environment: Arc::clone(&shared.environment),
            traces: shared.traces.clone(),
            waits: shared.waits,
        };
        let process = Arc::new(Process::start(start).await?);
        let pump = shared.queues.as_ref();
        let pump = pump.map(|queues| Pump::start(Arc::clone(shared), Arc::clone(&process), queues));
        Ok(Instance { process, pump })
    }
}

impl FunctionsHost {
    /// Reads the package, starts the handlers and begins to work on queues.
    ///
    /// # Errors
    /// The package is wrong, a handler does not start, or the queues cannot be made.
    pub async fn start(plan: Plan) -> Result<FunctionsHost, HostError> {
        let setting = |name: &str| {
            let found = plan.settings.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let app = Arc::new(App::read(&plan.root, setting)?);
        let mut rules = app.queues;
        rules.again_after = plan.again_after.unwrap_or(rules.again_after);
        let timers = timers(&app, &plan);
        let timeout = plan.waits.timeout.unwrap_or(app.timeout);
        let mut environment = plan.environment;
        if let Some(queues) = &plan.queues {
            let storage = connection_string(queues.endpoint());
            environment.push(("AzureWebJobsStorage".into(), storage));
        }
        environment.extend(plan.settings);
        let shared = Arc::new(Shared {
            app,
            environment: Arc::new(environment),
            queues: plan.queues,
            rules,
            lease: plan.lease,
            lost_after: plan.lost_after,
            timeout,
            waits: plan.waits,
            key: plan.key,
            traced: plan.traced,
            end: watch::Sender::new(End::No),
            clock: plan.clock,
            traces: plan.traces,
            working: AtomicUsize::new(0),
            executions: Mutex::default(),
        });
        shared.make_queues().await?;
        let host = FunctionsHost {
            shared,
            instances: Mutex::default(),
            timers: Mutex::new(timers),
        };
        for _ in 0..plan.copies.max(1) {
            let instance = Instance::start(&host.shared).await?;
            host.instances().push(instance);
        }
        Ok(host)
    }

    pub fn traces(&self) -> &Traces {
        &self.shared.traces
    }

    pub fn clock(&self) -> &HostClock {
        &self.shared.clock
    }

    /// The process ids of the handlers.
    pub fn processes(&self) -> Vec<u32> {
        self.instances()
            .iter()
            .filter_map(|one| one.process.id())
            .collect()
    }

    /// How the handler of a copy ended, if it did.
    pub fn exited(&self, copy: usize) -> Option<ExitStatus> {
        self.instances().get(copy)?.process.exited()
    }

    /// Invocations so far, by function: how many, and their whole time in milliseconds.
    pub fn executions(&self) -> BTreeMap<String, (u64, u64)> {
        self.shared.executions().clone()
    }

    /// Takes an instance away without warning, as the platform does, and brings a new one. What it was working on is
    /// lost until its lease ends, or until [`Plan::lost_after`] has passed.
    ///
    /// # Errors
    /// The new handler does not start.
    pub async fn replace(&self, copy: usize) -> Result<(), HostError> {
        let taken = {
            let mut instances = self.instances();
            (copy < instances.len()).then(|| instances.remove(copy))
        };
        if let Some(instance) = taken {
            let held = instance.pump.map(Pump::end);
            instance.process.end();
            if let (Some(held), Some(queues)) = (held, &self.shared.queues)
                && let Some(after) = self.shared.lost_after
            {
                held.lose(queues, after).await;
            }
            let new = Instance::start(&self.shared).await?;
            let mut instances = self.instances();
            let place = copy.min(instances.len());
            instances.insert(place, new);
        }
        Ok(())
    }

    /// Kills a copy's handler, and nothing else: its host starts it again.
    pub fn crash(&self, copy: usize) {
        if let Some(instance) = self.instances().get(copy) {
            instance.process.crash();
        }
    }

    /// Fires every timer that is due by the host's clock, and returns what came of each.
    pub async fn tick(&self) -> Vec<(String, Invoked)> {
        let now = self.shared.clock.now();
        let due: Vec<(String, Tick)> = {
            let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
            let due = timers.iter_mut();
            due.filter_map(|(name, timer)| Some((name.clone(), timer.due(now)?)))
                .collect()
        };
        let mut fired = Vec::new();
        for (name, tick) in due {
            let invoked = self.fire_with(&name, &tick).await;
            fired.push((name, invoked));
        }
        fired
    }

    /// When the next timer is due.
    pub fn next_tick(&self) -> Option<DateTime<Utc>> {
        let timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        timers.values().filter_map(Timer::next).min()
    }

    /// Fires a function's timer now, as the first firing after a deployment.
    pub async fn fire(&self, function: &str) -> Invoked {
        let never = "0001-01-01T00:00:00+00:00";
        // The tick that fires, and not the one after it.
        let now = self.shared.clock.now().to_rfc3339();
        let tick = Tick {
            past_due: false,
            status: serde_json::json!({ "Last": never, "Next": now, "LastUpdated": never }),
        };
        self.fire_with(function, &tick).await
    }

    /// Fires a function's timer with a status of its own.
    pub async fn fire_with(&self, function: &str, tick: &Tick) -> Invoked {
        if self.shared.is_ending() {
            return Invoked::failed(HandlerError::HostEnded);
        }
        if !self.has_timer(function) {
            return Invoked::failed(format!(
                "there is no timer of {function}, or it is disabled"
            ));
        }
        match self.process().await {
            Ok(process) => self.shared.fire(&process, function, tick).await,
            Err(error) => Invoked::failed(error),
        }
    }

    fn has_timer(&self, function: &str) -> bool {
        let timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        timers.contains_key(function)
    }

    /// A caller's request, and what the caller is answered: by the handler, or by the host where no function takes it,
    /// the key is missing that the first of those that do asks for, or no handler answers.
    pub async fn forward(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) -> Reply {
        let by_host = |status| Reply {
            status,
            ..Reply::default()
        };
        let route = self.shared.app.route(method, path);
        let Some((_, route)) = route.filter(|_| !self.shared.is_ending()) else {
            return by_host(404);
        };
        let key = self.shared.key.as_deref().filter(|_| route.keyed);
        if key.is_some_and(|key| !forward::has_key(key, path, headers)) {
            return by_host(401);
        }
        let reply = async {
            let process = self.process().await?;
            let _in_flight = process.take_on();
            let port = process.port().await?;
            let (path, headers) = (forward::rewritten(path), forward::headers(headers));
            let reply = wire::ask(port, method, &path, &headers, body).await;
            reply.map_err(|error| HostError::Handler(HandlerError::BrokeOff(error)))
        };
        reply.await.unwrap_or_else(|_| by_host(500))
    }

    /// A caller's GET.
    pub async fn get(&self, path: &str) -> Reply {
        let headers = [
            ("Host", "app.example"),
            ("X-Forwarded-For", "203.0.113.7"),
            ("x-functions-key", "a-key-of-the-caller"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.forward("GET", path, &headers, None).await
    }

    /// Ends as the host does when it is told to: it takes nothing more, waits a while for what runs, and then kills its
    /// handlers without a word to them, or, where something still runs, leaves them to themselves.
    pub async fn end(&self) -> Vec<Ended> {
        self.shared.end.send_replace(End::Ending);
        let instances: Vec<Instance> = self.instances().drain(..).collect();
        let until = tokio::time::Instant::now() + self.shared.waits.end_within;
        let idle = || instances.iter().all(|one| one.process.is_idle());
        while !idle() && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let ended = instances.iter().map(|one| match one.process.is_idle() {
            true => {
                one.process.end();
                Ended::Killed
            }
            false => one
                .process
                .abandon()
                .map_or(Ended::Killed, Ended::LeftBehind),
        });
        let ended = ended.collect();
        self.shared.end.send_replace(End::Ended);
        ended
    }

    /// Waits until no message waits or is worked on, for so long at most. False: some still are.
    ///
    /// # Errors
    /// The queues cannot be read.
    pub async fn drained(&self, within: Duration) -> Result<bool, HostError> {
        let until = tokio::time::Instant::now() + within;
        loop {
            let mut left = self.shared.working.load(Ordering::SeqCst) as u64;
            let mut names: Vec<&str> = self
                .shared
                .app
                .queue_functions()
                .map(|(_, queue)| queue)
                .collect();
            // What failed is put on the queue of poison before it leaves its own: counted in that order, none is missed.
            names.sort_by_key(|queue| queue.ends_with(POISON));
            for queue in names {
                if let Some(queues) = &self.shared.queues {
                    left += queues.count(queue).await?;
                }
            }
            if left == 0 {
                return Ok(true);
            }
            if tokio::time::Instant::now() >= until {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The handler of the first instance whose host has not stopped.
    async fn process(&self) -> Result<Arc<Process>, HostError> {
        let all: Vec<_> = self
            .instances()
            .iter()
            .map(|one| Arc::clone(&one.process))
            .collect();
        let mut last = HandlerError::None;
        for process in all {
            if !process.has_stopped() {
                return Ok(process);
            }
            // It says why.
            if let Err(error) = process.port().await {
                last = error;
            }
        }
        Err(last.into())
    }

    /// Nothing panics while it holds the lock.
    fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The timers of all functions. A bad schedule disables its function, and the host runs on.
fn timers(app: &App, plan: &Plan) -> BTreeMap<String, Timer> {
    let mut timers = BTreeMap::new();
    for (name, function) in &app.functions {
        let Trigger::Timer(schedule) = &function.trigger else {
            continue;
        };
        match Timer::new(schedule, plan.clock.now()) {
            Ok(timer) => {
                timers.insert(name.clone(), timer);
            }
            Err(error) => plan.traces.say(format!(
                "The '{name}' function is in error and is disabled: {error}"
            )),
        }
    }
    timers
}
