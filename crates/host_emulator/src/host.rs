//! A function app on the host: its instances, its timers, and the requests of callers.

use crate::answer::Invoked;
use crate::app::{App, Trigger};
use crate::error::{HandlerError, HostError};
use crate::plan::{HostClock, Plan};
use crate::process::Process;
use crate::pump::Pump;
use crate::shared::Shared;
use crate::timer::{Tick, Timer};
use crate::traces::Traces;
use crate::wire::{self, Reply};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A function app that runs. It ends, without warning to its handlers, when this is dropped.
pub struct FunctionsHost {
    shared: Arc<Shared>,
    instances: Mutex<Vec<Instance>>,
    timers: Mutex<BTreeMap<String, Timer>>,
}

/// One instance of the host.
struct Instance {
    process: Arc<Process>,
    /// Works on queues until it is dropped.
    _pump: Option<Pump>,
}

impl Instance {
    async fn start(shared: &Arc<Shared>) -> Result<Instance, HostError> {
        let (app, settings) = (Arc::clone(&shared.app), Arc::clone(&shared.settings));
        let process = Process::start(app, settings, shared.traces.clone()).await?;
        let process = Arc::new(process);
        let pump = shared.queues.as_ref();
        let pump = pump.map(|queues| Pump::start(Arc::clone(shared), Arc::clone(&process), queues));
        Ok(Instance {
            process,
            _pump: pump,
        })
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
        let mut timers = BTreeMap::new();
        for (name, function) in &app.functions {
            if let Trigger::Timer(schedule) = &function.trigger {
                let timer = Timer::new(schedule, plan.clock.now())?;
                timers.insert(name.clone(), timer);
            }
        }
        let shared = Arc::new(Shared {
            app,
            settings: Arc::new(plan.settings),
            queues: plan.queues,
            rules,
            lease: plan.lease,
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
    /// lost until its lease ends.
    ///
    /// # Errors
    /// The new handler does not start.
    pub async fn replace(&self, copy: usize) -> Result<(), HostError> {
        let taken = {
            let mut instances = self.instances();
            (copy < instances.len()).then(|| instances.remove(copy))
        };
        if let Some(instance) = taken {
            drop(instance._pump);
            instance.process.kill();
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
            instance.process.kill();
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
        let never = "0001-01-01T00:00:00";
        let next = self.shared.clock.now() + TimeDelta::minutes(5);
        let tick = Tick {
            past_due: false,
            status: serde_json::json!({ "Last": never, "LastUpdated": never, "Next": next.to_rfc3339() }),
        };
        self.fire_with(function, &tick).await
    }

    /// Fires a function's timer with a status of its own.
    pub async fn fire_with(&self, function: &str, tick: &Tick) -> Invoked {
        match self.process().await {
            Ok(process) => self.shared.fire(&process, function, tick).await,
            Err(error) => Invoked::failed(error),
        }
    }

    /// A caller's request, forwarded as it is; `None` where no function's route takes it.
    ///
    /// # Errors
    /// No handler runs, or it breaks off.
    pub async fn forward(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) -> Result<Option<Reply>, HostError> {
        if !self.shared.app.takes(method, path) {
            return Ok(None);
        }
        let process = self.process().await?;
        let reply = wire::ask(process.port(), method, path, headers, body).await;
        Ok(Some(reply.map_err(HandlerError::BrokeOff)?))
    }

    /// A caller's GET.
    ///
    /// # Errors
    /// As [`FunctionsHost::forward`].
    pub async fn get(&self, path: &str) -> Result<Option<Reply>, HostError> {
        let headers = [
            ("X-Forwarded-For", "203.0.113.7"),
            ("x-functions-key", "a-key-of-the-caller"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.forward("GET", path, &headers, None).await
    }

    /// Waits until no message waits or is worked on, for so long at most. False: some still are.
    ///
    /// # Errors
    /// The queues cannot be read.
    pub async fn drained(&self, within: Duration) -> Result<bool, HostError> {
        let until = tokio::time::Instant::now() + within;
        loop {
            let mut left = self.shared.working.load(Ordering::SeqCst) as u64;
            for (_, queue) in self.shared.app.queue_functions() {
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

    /// A handler that lives: the first that does, or that could be started again.
    async fn process(&self) -> Result<Arc<Process>, HostError> {
        let all: Vec<_> = self
            .instances()
            .iter()
            .map(|one| Arc::clone(&one.process))
            .collect();
        let mut last = HostError::Handler(HandlerError::None);
        for process in all {
            match process.revive().await {
                Ok(()) => return Ok(process),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Nothing panics while it holds the lock.
    fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
