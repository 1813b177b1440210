//! Azure Resource Graph: workspaces and resource groups over many subscriptions, by one query each. What it shows may
//! be minutes behind Resource Manager.

use super::arm::Arm;
use super::error::{AzureError, ErrorKind};
use super::paging::{Listing, without_duplicates};
use super::wire::WireCall;
use lamplighter_core::kinds::base;
use lamplighter_core::observe::parse::{self, Oddity};
use lamplighter_core::observe::{ResourceGroup, Workspace};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Rows a page; Resource Graph gives no more at once.
const PAGE: usize = 1000;
/// The most pages followed of one query.
const MOST_PAGES: usize = 1000;
/// Subscriptions named in one query.
const SUBSCRIPTIONS: usize = 1000;

const WORKSPACES: &str = "resources | where type =~ 'microsoft.machinelearningservices/workspaces' \
     | project id, name, location, tags | order by id asc";
const GROUPS: &str = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups' \
     | project id, name, tags | order by id asc";

impl Arm {
    /// Every workspace of these subscriptions (bare ids).
    ///
    /// # Errors
    /// The first page of a query fails, or Resource Graph does not show all that it counts.
    pub async fn graph_workspaces(
        &self,
        subscriptions: &[String],
        deadline: Instant,
    ) -> Result<Listing<Workspace>, AzureError> {
        let name = "find workspaces by Resource Graph";
        let mut listing = self
            .graph(name, WORKSPACES, subscriptions, deadline, parse::workspace)
            .await?;
        listing.items = without_duplicates(listing.items, |w| w.id.to_lowercase());
        Ok(listing)
    }

    /// Every resource group of these subscriptions (bare ids), with its subscription.
    ///
    /// # Errors
    /// As [`Arm::graph_workspaces`].
    pub async fn graph_resource_groups(
        &self,
        subscriptions: &[String],
        deadline: Instant,
    ) -> Result<Listing<(String, ResourceGroup)>, AzureError> {
        let name = "find resource groups by Resource Graph";
        self.graph(
            name,
            GROUPS,
            subscriptions,
            deadline,
            parse::placed_resource_group,
        )
        .await
    }

    /// What there is beside computes: see `lamplighter_core::kinds::standing`. Rows as they came.
    ///
    /// # Errors
    /// As [`Arm::graph_workspaces`].
    pub async fn graph_standing(
        &self,
        query: &str,
        subscriptions: &[String],
        deadline: Instant,
    ) -> Result<Listing<Value>, AzureError> {
        let name = "find what stands beside computes by Resource Graph";
        let read = |row: &Value| Ok(row.clone());
        self.graph(name, query, subscriptions, deadline, read).await
    }

    /// Reads all rows of a query. What is not whole is an error: the plain lists then tell more.
    pub(super) async fn graph<T>(
        &self,
        name: &'static str,
        query: &str,
        subscriptions: &[String],
        deadline: Instant,
        read: impl Fn(&Value) -> Result<T, Oddity>,
    ) -> Result<Listing<T>, AzureError> {
        let mut listing = Listing::empty();
        for some in subscriptions.chunks(SUBSCRIPTIONS) {
            let (mut rows, mut skip) = (0, None);
            for page in 0.. {
                let page = match page {
                    MOST_PAGES.. => {
                        return Err(self
                            .graph_call(name, Value::Null)
                            .error(ErrorKind::Garbled, "an answer without an end"));
                    }
                    _ => {
                        self.graph_page(name, query, some, skip.take(), deadline)
                            .await?
                    }
                };
                rows += page.rows.len();
                for row in &page.rows {
                    match read(row) {
                        Ok(thing) => listing.items.push(thing),
                        Err(odd) => {
                            listing.unreadable += 1;
                            listing.oddities.push(odd.to_string());
                        }
                    }
                }
                skip = page.skip;
                if skip.is_none() {
                    if page.total.is_some_and(|total| total != rows) || page.truncated {
                        let words = "it did not show all the rows that it counts";
                        return Err(self
                            .graph_call(name, Value::Null)
                            .error(ErrorKind::Garbled, words));
                    }
                    break;
                }
            }
        }
        Ok(listing)
    }

    async fn graph_page(
        &self,
        name: &'static str,
        query: &str,
        subscriptions: &[String],
        skip: Option<String>,
        deadline: Instant,
    ) -> Result<Page, AzureError> {
        let mut body = json!({
            "subscriptions": subscriptions,
            "query": query,
            "options": { "$top": PAGE, "resultFormat": "objectArray" },
        });
        if let Some(skip) = skip {
            body["options"]["$skipToken"] = skip.into();
        }
        let call = self.graph_call(name, body);
        let reply = self.send(&call, deadline).await?;
        let mut body: Value = reply.json(call.name, &call.url)?;
        let Some(Value::Array(rows)) = body.get_mut("data").map(Value::take) else {
            return Err(call.error(ErrorKind::Garbled, "no list named data in the answer"));
        };
        let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
        Ok(Page {
            skip: text("$skipToken").map(str::to_owned),
            total: body["totalRecords"]
                .as_u64()
                .and_then(|total| total.try_into().ok()),
            truncated: text("resultTruncated")
                .is_some_and(|text| text.eq_ignore_ascii_case("true")),
            rows,
        })
    }

    fn graph_call(&self, name: &'static str, body: Value) -> WireCall {
        self.wire(&base::resource_graph(name, body))
    }
}

struct Page {
    rows: Vec<Value>,
    skip: Option<String>,
    /// Rows of the whole query.
    total: Option<usize>,
    truncated: bool,
}
