//! Tags where they are written before Azure has them: in Bicep, ARM JSON, Terraform, YAML and Python. Text in, findings
//! out; which files there are and how findings are shown is the command line's.
//!
//! # Layout
//!
//! From the ground up; each module uses only those before it.
//!
//! - `text`: strings as a language decodes them, each character with its place.
//! - `value`: what the five languages have in common: maps, lists, texts, names, and what is not known here.
//! - `syntax`: tree-sitter's trees, and what could not be understood.
//! - `bicep`, `hcl`, `json`, `python`, `yaml`: one language each, text to `value`.
//! - `language`: which of them a file is in.
//! - `find`: the maps that are tags, and the resource that each is for.
//! - `kinds`: what tags mean on the kind of resource that they are for.
//! - `check`: tags to findings, by the rules of `lamplighter-core`.
//!
//! ```
//! use lamplighter_core::policy::Defaults;
//! use lamplighter_templates::{Language, check};
//!
//! let text = "resource ci 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
//!   name: 'ci-ana'
//!   tags: { 'lamp-schedule': 'Mon-Fry 08:00-19:00' }
//! }";
//! let checked = check(text, Language::Bicep, &Defaults::default());
//!
//! let finding = &checked.findings[0];
//! assert_eq!((finding.line, finding.column), (3, 33));
//! assert_eq!(finding.suggestion.as_deref(), Some("Mon-Fri 08:00-19:00"));
//! ```

mod bicep;
mod bicep_newer;
mod check;
mod find;
mod hcl;
mod json;
mod kinds;
mod language;
mod python;
mod syntax;
mod text;
mod value;
mod yaml;

pub use check::{Checked, Finding, Fix, Level, Place, check};
pub use kinds::Rule;
pub use language::Language;
