//! Requests come, in people's hours or a machine's, and go to deployments by the endpoint's traffic.

use super::happening::EndpointHappening;
use super::shape::{Endpoint, Requests};
use crate::world::happening::Happening;
use crate::world::record::What;
use crate::world::simulation::World;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// For so long before the world began there are metrics.
const HISTORY_DAYS: i64 = 30;

impl World {
    pub(super) fn plan_requests(&mut self, endpoint: usize, plan: usize, date: NaiveDate) {
        if let Some(requests) = self.requests_on(endpoint, plan, date) {
            self.plan_coming(endpoint, requests);
        }
        let zone = self.endpoints[endpoint].spec.requests[plan].zone.0;
        let next = date + TimeDelta::days(1);
        let day = EndpointHappening::Requests {
            endpoint,
            plan,
            date: next,
        };
        let at = crate::civil::at_minute(zone, next, 0);
        self.plan_at(at, Happening::Endpoint(day));
    }

    fn plan_coming(&mut self, endpoint: usize, requests: Requests) {
        let from = requests.from;
        let come = EndpointHappening::Come { endpoint, requests };
        self.plan_at(from, Happening::Endpoint(come));
    }

    /// What came before the world began, which metrics show, and what then still comes.
    pub(super) fn plan_first_requests(&mut self, endpoint: usize, plan: usize) {
        let zone = self.endpoints[endpoint].spec.requests[plan].zone.0;
        let today = zone.date(self.start);
        for back in (1..=HISTORY_DAYS).rev() {
            let date = today - TimeDelta::days(back);
            match self.requests_on(endpoint, plan, date) {
                Some(requests) if requests.to > self.start => {
                    self.plan_coming(endpoint, requests);
                }
                Some(over) => self.endpoints[endpoint].keep(over),
                None => {}
            }
        }
        self.plan_requests(endpoint, plan, today);
    }

    fn requests_on(&self, endpoint: usize, plan: usize, date: NaiveDate) -> Option<Requests> {
        let own = &self.endpoints[endpoint];
        let spec = &own.spec.requests[plan];
        let name = format!("{}#{plan}", own.reference);
        let (from, to) = self.draw_requests(spec, &name, date)?;
        let deployment = spec.deployment.as_ref();
        Some(Requests {
            from,
            to,
            who: spec.who.clone(),
            per_minute: spec.per_minute,
            every_minutes: spec.every_minutes,
            deployment: deployment.and_then(|name| self.deployment_of(endpoint, name)),
        })
    }

    /// Requests begin to come; they know when they will end.
    pub(crate) fn come(&mut self, endpoint: usize, requests: Requests) {
        let (who, per_minute) = (requests.who.clone(), requests.per_minute);
        let go = EndpointHappening::Go {
            endpoint,
            requests: requests.clone(),
        };
        self.plan_at(requests.to, Happening::Endpoint(go));
        self.endpoints[endpoint].keep(requests.clone());
        for deployment in self.reached(endpoint, &requests) {
            let instances = self.deployments[deployment].instances;
            let what = What::RequestsBegan {
                who: who.clone(),
                per_minute,
                instances,
            };
            self.note_deployment(deployment, what);
            self.wake_autoscale(deployment);
        }
    }

    pub(super) fn go(&mut self, endpoint: usize, requests: &Requests) {
        for deployment in self.reached(endpoint, requests) {
            let who = requests.who.clone();
            self.note_deployment(deployment, What::RequestsEnded { who });
            self.wake_autoscale(deployment);
        }
    }

    /// The deployments that requests reach.
    fn reached(&self, endpoint: usize, requests: &Requests) -> Vec<usize> {
        let own = &self.endpoints[endpoint];
        let gets = |deployment: &usize| self.share(own, *deployment, requests) > 0;
        own.deployments.iter().copied().filter(gets).collect()
    }

    /// Per cent of requests that a deployment gets.
    fn share(&self, endpoint: &Endpoint, deployment: usize, requests: &Requests) -> u32 {
        match requests.deployment {
            Some(named) => 100 * u32::from(named == deployment),
            None => {
                let name = &self.deployments[deployment].spec.name;
                endpoint.traffic.get(name).copied().unwrap_or(0)
            }
        }
    }

    /// Who calls a deployment now.
    pub(crate) fn callers(&self, deployment: usize) -> Vec<String> {
        let endpoint = &self.endpoints[self.deployments[deployment].endpoint];
        endpoint
            .requests_in(self.now)
            .filter(|one| one.from <= self.now)
            .filter(|one| self.share(endpoint, deployment, one) > 0)
            .map(|one| one.who.clone())
            .collect()
    }

    /// The requests of a deployment in the minute that begins at `at`.
    pub(crate) fn requests_at(&self, deployment: usize, at: DateTime<Utc>) -> f64 {
        let endpoint = &self.endpoints[self.deployments[deployment].endpoint];
        let minute = at.timestamp().div_euclid(60);
        endpoint
            .requests_in(at)
            .filter(|one| {
                let since = one.from.timestamp().div_euclid(60);
                (minute - since) % i64::from(one.every_minutes.max(1)) == 0
            })
            .map(|one| {
                let share = self.share(endpoint, deployment, one);
                f64::from(one.per_minute) * f64::from(share) / 100.0
            })
            .sum()
    }

    /// Whether a deployment has metrics of the minute that begins at `at`, and how many instances it had.
    pub(crate) fn instances_at(&self, deployment: usize, at: DateTime<Utc>) -> Option<u32> {
        let own = &self.deployments[deployment];
        let since = own
            .created_on
            .max(self.start - TimeDelta::days(HISTORY_DAYS));
        let there = || {
            own.line
                .map_or(own.instances, |line| self.metered[line].at(at))
        };
        (at >= since).then(there)
    }

    /// The deployment of an endpoint with a name, in any case.
    pub(crate) fn deployment_of(&self, endpoint: usize, name: &str) -> Option<usize> {
        let own = self.endpoints.get(endpoint)?;
        own.deployments.iter().copied().find(|deployment| {
            let known = &self.deployments[*deployment].spec.name;
            known.eq_ignore_ascii_case(name)
        })
    }
}
