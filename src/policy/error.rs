//! How an unreadable tag is shown: never more than one screen.

use super::{Layer, TagError};
use std::fmt;

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Compute => "the compute's own tag",
            Layer::WorkspaceAddressed => "the workspace's tag for this compute",
            Layer::Workspace => "the workspace's tag",
            Layer::ResourceGroup => "the resource group's tag",
            Layer::Default => "the platform's settings",
        })
    }
}

/// The tag and its layer, the value with a caret under the column, what was expected, and the correction.
impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {} ({}) cannot be read", self.tag, self.layer)?;
        // A tab or a line break would put the caret elsewhere.
        let value: Vec<char> = self
            .value
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        // Long values are shown around the mistake.
        const SHOWN: usize = 100;
        let from = if value.len() <= SHOWN {
            0
        } else {
            self.column
                .saturating_sub(SHOWN / 2)
                .min(value.len() - SHOWN)
        };
        let shown: String = value[from..value.len().min(from + SHOWN)].iter().collect();
        writeln!(f, "    {shown}")?;
        let caret = self.column.saturating_sub(1).saturating_sub(from);
        writeln!(
            f,
            "    {}^ column {}: {}",
            " ".repeat(caret),
            self.column,
            self.message
        )?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "  did you mean: {suggestion}"),
            None => write!(f, "  the machine is left as it is until this is mended"),
        }
    }
}
