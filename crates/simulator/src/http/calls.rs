//! A count of the calls that came in.

use serde::Serialize;
use std::collections::BTreeMap;

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    under_way: usize,
    most_at_once: usize,
    total: u64,
    routes: BTreeMap<(String, String), Line>,
}

#[derive(Debug, Default, Clone)]
struct Line {
    count: u64,
    statuses: BTreeMap<String, u64>,
}

/// The calls so far, without those to `/simulator`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallsReport {
    pub total: u64,
    /// The most calls that were under way at the same time.
    pub max_concurrency: usize,
    pub routes: Vec<RouteCalls>,
}

/// The calls of one route and method.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteCalls {
    pub method: String,
    /// The path with its variable parts in braces; `W` is a workspace.
    pub route: String,
    pub count: u64,
    /// By status; `none` where no answer was sent.
    pub statuses: BTreeMap<String, u64>,
}

impl Calls {
    pub fn begin(&mut self) {
        self.under_way += 1;
        self.total += 1;
        self.most_at_once = self.most_at_once.max(self.under_way);
    }

    pub fn end(&mut self, method: &str, route: &str, status: Option<u16>) {
        self.under_way = self.under_way.saturating_sub(1);
        let line = self
            .routes
            .entry((route.to_owned(), method.to_owned()))
            .or_default();
        line.count += 1;
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        *line.statuses.entry(status).or_default() += 1;
    }

    /// Forgets what was counted; calls under way stay so.
    pub fn reset(&mut self) {
        *self = Calls {
            under_way: self.under_way,
            most_at_once: self.under_way,
            ..Calls::default()
        };
    }

    pub fn report(&self) -> CallsReport {
        let routes = self
            .routes
            .iter()
            .map(|((route, method), line)| RouteCalls {
                method: method.clone(),
                route: route.clone(),
                count: line.count,
                statuses: line.statuses.clone(),
            });
        CallsReport {
            total: self.total,
            max_concurrency: self.most_at_once,
            routes: routes.collect(),
        }
    }
}
