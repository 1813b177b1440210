//! Where computes live: subscriptions, resource groups, workspaces.

use super::arm::Arm;
use super::error::AzureError;
use super::listing::Listing;
use super::model::{ResourceGroup, Subscription, Workspace};
use super::parse::{part, tags, text};
use serde_json::Value;
use tokio::time::Instant;

const SUBSCRIPTIONS: &str = "2022-12-01";
const RESOURCE_GROUPS: &str = "2021-04-01";

impl Arm {
    /// The subscriptions that the identity sees.
    pub async fn subscriptions(
        &self,
        deadline: Instant,
    ) -> Result<Listing<Subscription>, AzureError> {
        let url = self.url("/subscriptions", SUBSCRIPTIONS);
        let read = |item: &Value| {
            let id = text(item, "subscriptionId").ok_or("a subscription without an id")?;
            Ok(Subscription {
                id,
                name: text(item, "displayName"),
            })
        };
        self.list("list subscriptions", url, None, read, deadline)
            .await
    }

    /// The resource groups of a subscription, with their tags.
    pub async fn resource_groups(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<ResourceGroup>, AzureError> {
        let url = self.url(
            &format!("/subscriptions/{subscription}/resourcegroups"),
            RESOURCE_GROUPS,
        );
        let read = |item: &Value| {
            let name = text(item, "name").ok_or("a resource group without a name")?;
            Ok(ResourceGroup {
                name,
                tags: tags(item),
            })
        };
        self.list(
            "list resource groups",
            url,
            Some(subscription),
            read,
            deadline,
        )
        .await
    }

    /// The machine-learning workspaces of a subscription.
    pub async fn workspaces(
        &self,
        subscription: &str,
        deadline: Instant,
    ) -> Result<Listing<Workspace>, AzureError> {
        let path = format!(
            "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/workspaces"
        );
        let url = self.url(&path, &self.config.api_version);
        self.list(
            "list workspaces",
            url,
            Some(subscription),
            workspace,
            deadline,
        )
        .await
    }
}

fn workspace(item: &Value) -> Result<Workspace, String> {
    let id = text(item, "id").ok_or("a workspace without an id")?;
    let parts = (
        part(&id, "subscriptions"),
        part(&id, "resourceGroups"),
        part(&id, "workspaces"),
    );
    let (Some(subscription), Some(resource_group), Some(name)) = parts else {
        return Err(format!(
            "a workspace whose id is not one: {}",
            super::error::short(&id)
        ));
    };
    Ok(Workspace {
        subscription: subscription.to_string(),
        resource_group: resource_group.to_string(),
        name: name.to_string(),
        location: text(item, "location"),
        tags: tags(item),
        id,
    })
}
