//! Which language a file is in.

use crate::value::Document;
use crate::{bicep, hcl, json, python, yaml};

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    Bicep,
    /// ARM templates and their parameters, and any other JSON.
    Json,
    Terraform,
    /// Terraform written as JSON.
    TerraformJson,
    Yaml,
    Python,
}

impl Language {
    /// By the end of a file's name.
    ///
    /// ```
    /// use lamplighter_templates::Language;
    ///
    /// assert_eq!(Language::of("infra/Main.bicepparam"), Some(Language::Bicep));
    /// assert_eq!(Language::of("prod.tfvars.json"), Some(Language::TerraformJson));
    /// assert_eq!(Language::of("README.md"), None);
    /// ```
    pub fn of(name: &str) -> Option<Language> {
        let name = name.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        Some(match () {
            () if ends(&[".bicep", ".bicepparam"]) => Language::Bicep,
            () if ends(&[".tf.json", ".tfvars.json"]) => Language::TerraformJson,
            () if ends(&[".json", ".jsonc"]) => Language::Json,
            () if ends(&[".tf", ".tfvars", ".hcl", ".tofu"]) => Language::Terraform,
            () if ends(&[".yml", ".yaml"]) => Language::Yaml,
            () if ends(&[".py"]) => Language::Python,
            () => return None,
        })
    }

    pub(crate) fn read(self, text: &str) -> Document {
        match self {
            Language::Bicep => bicep::read(text),
            Language::Json => json::read(text, json::Dialect::Arm),
            Language::Terraform => hcl::read(text),
            Language::TerraformJson => json::read(text, json::Dialect::Terraform),
            Language::Yaml => yaml::read(text),
            Language::Python => python::read(text),
        }
    }
}
