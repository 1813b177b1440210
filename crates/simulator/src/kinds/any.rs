//! What the world and its answers ask of any compute, passed on to the folder of its kind.

use super::attached;
use super::attached::body::AttachedView;
use super::cluster;
use super::compute_type::ComputeType;
use super::instance;
use super::instance::action::Action;
use super::instance::refusal::Refusal;
use super::instance::rules::Condition;
use super::instance::state::InstanceState;
use super::instance::view::InstanceView;
use serde_json::Value;

/// How a type of compute is simulated.
enum Kind {
    Instance,
    Cluster,
    /// It stands in lists, and nothing can be done with it.
    Listed,
}

impl ComputeType {
    /// The types that can be made of any VM size, in Azure's order.
    pub(crate) const OF_ANY_SIZE: [ComputeType; 2] =
        [ComputeType::AmlCompute, ComputeType::ComputeInstance];

    fn kind(self) -> Kind {
        match self {
            ComputeType::ComputeInstance => Kind::Instance,
            ComputeType::AmlCompute => Kind::Cluster,
            ComputeType::Kubernetes
            | ComputeType::Aks
            | ComputeType::VirtualMachine
            | ComputeType::Databricks
            | ComputeType::SynapseSpark
            | ComputeType::HDInsight
            | ComputeType::DataFactory
            | ComputeType::DataLakeAnalytics => Kind::Listed,
        }
    }

    /// Whether it is attached to its workspace, not made by it: then it has no VM size of Azure Machine Learning's.
    pub(crate) fn is_attached(self) -> bool {
        match self.kind() {
            Kind::Instance | Kind::Cluster => false,
            Kind::Listed => true,
        }
    }

    /// Whether the workspace's metrics know it.
    pub(crate) fn has_metrics(self) -> bool {
        match self.kind() {
            Kind::Instance => true,
            Kind::Cluster | Kind::Listed => false,
        }
    }

    /// Whether Azure charges for it in a state. A cluster's nodes are not simulated, so it costs nothing here.
    pub(crate) fn is_billed(self, state: InstanceState) -> bool {
        match self.kind() {
            Kind::Instance => state.is_billed(),
            Kind::Cluster | Kind::Listed => false,
        }
    }

    /// Whether an action is allowed now.
    ///
    /// # Errors
    /// The kind or the state does not allow it.
    pub(crate) fn allow(self, action: Action, condition: Condition) -> Result<(), Refusal> {
        match self.kind() {
            Kind::Instance => instance::rules::allow(action, condition),
            Kind::Cluster | Kind::Listed => Err(Refusal::WrongKind),
        }
    }

    /// Whether it has an idle timer of Azure's.
    pub(crate) fn has_idle_timer(self) -> bool {
        match self.kind() {
            Kind::Instance => true,
            Kind::Cluster | Kind::Listed => false,
        }
    }

    /// Its `identity`; null where it has none.
    pub(crate) fn identity(self, view: &InstanceView<'_>) -> Value {
        match self.kind() {
            Kind::Instance => instance::body::identity(view),
            Kind::Cluster | Kind::Listed => Value::Null,
        }
    }

    /// Its `properties.properties`; null where nothing is known of it.
    pub(crate) fn properties(self, view: &InstanceView<'_>) -> Value {
        match self.kind() {
            Kind::Instance => instance::body::properties(view),
            Kind::Cluster => cluster::body::properties(view.vm_size, view.created_on),
            Kind::Listed => attached::body::properties(self, &AttachedView::default()).into(),
        }
    }
}
