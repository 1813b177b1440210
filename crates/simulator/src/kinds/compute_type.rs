//! Azure's types of compute.

use serde::{Deserialize, Serialize};

/// A `computeType` of Azure's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComputeType {
    #[default]
    ComputeInstance,
    AmlCompute,
    Kubernetes,
    #[serde(rename = "AKS")]
    Aks,
    VirtualMachine,
    Databricks,
    SynapseSpark,
    HDInsight,
    DataFactory,
    DataLakeAnalytics,
}

impl ComputeType {
    /// As Azure spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            ComputeType::ComputeInstance => "ComputeInstance",
            ComputeType::AmlCompute => "AmlCompute",
            ComputeType::Kubernetes => "Kubernetes",
            ComputeType::Aks => "AKS",
            ComputeType::VirtualMachine => "VirtualMachine",
            ComputeType::Databricks => "Databricks",
            ComputeType::SynapseSpark => "SynapseSpark",
            ComputeType::HDInsight => "HDInsight",
            ComputeType::DataFactory => "DataFactory",
            ComputeType::DataLakeAnalytics => "DataLakeAnalytics",
        }
    }
}
