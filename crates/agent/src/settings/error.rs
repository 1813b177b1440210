//! What is wrong with settings, each with its name, its value and what was expected.

/// A setting that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("setting {name}: '{value}' is not {expected}")]
pub struct BadSetting {
    pub name: &'static str,
    /// As given; `(secret)` where the setting is one.
    pub value: String,
    pub expected: String,
}

/// All settings that cannot be read, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSettings(pub Vec<BadSetting>);

impl BadSettings {
    /// All of them, for a log line or an answer.
    pub fn on_one_line(&self) -> String {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        all.join("; ")
    }
}

impl std::fmt::Display for BadSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, bad) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{bad}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadSettings {}
