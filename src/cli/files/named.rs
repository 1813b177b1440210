//! Which files the arguments name.

use glob::{MatchOptions, Pattern, glob_with};
use lamplighter_templates::Language;
use std::collections::BTreeMap;
use std::path::Path;

/// Hidden files and folders (`.git`, `.terraform`) are meant only where they are named.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Each file once, by name. A file that is named is read, or refused; of what a pattern or folder names, only what
/// may hold tags counts.
pub(super) fn files(arguments: &[String]) -> Result<BTreeMap<String, Language>, String> {
    let mut files = BTreeMap::new();
    for argument in arguments {
        let path = Path::new(argument);
        if path.is_dir() {
            let folder = Pattern::escape(argument.trim_end_matches(['/', '\\']));
            let below = match folder.as_str() {
                "" => "/**/*".to_string(),
                folder => format!("{folder}/**/*"),
            };
            matching(&below, &mut files)?;
        } else if path.exists() || !argument.contains(['*', '?', '[']) {
            let language = Language::of(argument).ok_or_else(|| {
                format!("{argument} is no template: expected .bicep, .bicepparam, .json, .tf, .tfvars, .hcl, .yml, .yaml or .py")
            })?;
            files.insert(argument.clone(), language);
        } else if !matching(argument, &mut files)? {
            return Err(format!("no file is named by {argument}"));
        }
    }
    Ok(files)
}

/// Whether anything at all was named.
fn matching(pattern: &str, files: &mut BTreeMap<String, Language>) -> Result<bool, String> {
    let paths = glob_with(pattern, OPTIONS);
    let paths = paths.map_err(|error| format!("{pattern} is no pattern: {error}"))?;
    let mut any = false;
    for path in paths {
        let path = path.map_err(|error| error.to_string())?;
        any = true;
        let Some(name) = path.to_str() else { continue };
        if let Some(language) = Language::of(name).filter(|_| path.is_file()) {
            files.insert(name.to_string(), language);
        }
    }
    Ok(any)
}
