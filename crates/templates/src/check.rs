//! Tags to findings, by the rules of `lamplighter-core`.

use crate::find::{Tag, TagSet, tags};
use crate::kinds::{self, Rule};
use crate::language::Language;
use crate::text::Text;
use crate::value::Role;
use lamplighter_core::observe::Tags;
use lamplighter_core::policy::{self, Defaults, Layers, Reading, TagError};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// One text, checked.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// How many tags stand in it.
    pub tags: usize,
    /// By place.
    pub findings: Vec<Finding>,
    /// Where a part of it begins that could not be understood and in which the prefix stands.
    pub unread: Option<Place>,
}

/// Both from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The tag cannot be read.
    Error,
    /// It can, and is probably not meant so.
    Warning,
    /// The tag's text is computed: it is not known here.
    Note,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    pub level: Level,
    pub rule: Rule,
    pub line: usize,
    pub column: usize,
    pub end: Place,
    /// The tag's name as written.
    pub tag: String,
    /// The tag's value, where it is known.
    pub value: Option<String>,
    /// From 1, the character of the value at which reading stopped; 0 where the name is at fault.
    pub value_column: usize,
    pub message: String,
    /// The corrected value, or name.
    pub suggestion: Option<String>,
    /// The correction as a change of the file, where the suggestion can be written there as it is.
    pub fix: Option<Fix>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fix {
    pub start: Place,
    pub end: Place,
    pub text: String,
}

/// Finds the tags of a text and checks them. `defaults`: the prefix, the platform's schedules and calendars.
pub fn check(text: &str, language: Language, defaults: &Defaults) -> Checked {
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = language.read(source);
    // What the platform gives by default is its own affair.
    let defaults = Defaults {
        schedule: None,
        idle: None,
        notice: None,
        holidays: None,
        ..defaults.clone()
    };
    let mut checker = Checker {
        source,
        lines: Lines::of(source),
        language,
        defaults: &defaults,
        tags: HashSet::new(),
        findings: Vec::new(),
        told: HashSet::new(),
    };
    for set in tags(&document, &defaults.prefix) {
        checker.set(&set);
    }
    let prefix = defaults.prefix.to_lowercase();
    let mut unread = document.unread.iter();
    let unread = unread.find(|part| source[(*part).clone()].to_lowercase().contains(&prefix));
    let unread = unread.map(|part| checker.lines.place(source, part.start));
    checker
        .findings
        .sort_by_key(|finding| (finding.line, finding.column));
    Checked {
        tags: checker.tags.len(),
        findings: checker.findings,
        unread,
    }
}

struct Checker<'a> {
    source: &'a str,
    lines: Lines,
    language: Language,
    defaults: &'a Defaults,
    /// Where tags stand: several resources may share them.
    tags: HashSet<usize>,
    findings: Vec<Finding>,
    told: HashSet<(Place, String)>,
}

type Named<'d> = (&'d Text, Option<&'d Text>);

impl Checker<'_> {
    fn set(&mut self, set: &TagSet<'_>) {
        let mut own: Vec<Named<'_>> = Vec::new();
        let mut addressed: BTreeMap<String, Vec<Named<'_>>> = BTreeMap::new();
        for tag in &set.tags {
            match *tag {
                Tag::Begins(span) => {
                    self.tags.insert(span.start);
                    let name = self.source[span.clone()].to_string();
                    self.not_known(
                        span.clone(),
                        name,
                        "the tag's name is computed, so it is not known here",
                    );
                }
                Tag::Named(name, _) if set.role.is_lenient() && !self.is_known(&name.value) => {}
                Tag::Named(name, value) => {
                    self.tags.insert(name.span.start);
                    let alone = matches!(set.role, Role::Compute | Role::Of(_));
                    match target(&name.value).filter(|_| !alone) {
                        Some(target) => addressed.entry(target).or_default().push((name, value)),
                        None => own.push((name, value)),
                    }
                }
            }
        }
        self.layer(set.role, "", &own);
        for (target, tags) in addressed {
            self.layer(set.role, &target, &tags);
        }
    }

    /// Whether the language has a tag of this name, addressed or not: reading one finds fault with its value at most.
    fn is_known(&self, name: &str) -> bool {
        let name = name.split('.').next().unwrap_or_default();
        let (tags, none) = (Tags::from([(name.into(), "?".into())]), Tags::new());
        let layers = Layers {
            compute_name: "",
            compute: &tags,
            workspace: &none,
            resource_group: &none,
        };
        let errors = policy::read(&layers, self.defaults).errors;
        errors.iter().all(|error| error.column > 0)
    }

    /// Tags that count together.
    fn layer(&mut self, role: Role, target: &str, tags: &[Named<'_>]) {
        let mut values = Tags::new();
        let mut named: BTreeMap<&str, Named<'_>> = BTreeMap::new();
        for (name, value) in tags {
            let text = value.map_or_else(String::new, |value| value.value.clone());
            values.insert(name.value.clone(), text);
            if named.insert(&name.value, (name, *value)).is_some() {
                let message = "this tag is written twice in one place";
                self.error_of_name(name, *value, message.into(), None);
            }
            self.value_itself(name, *value);
        }
        let Reading {
            errors,
            without_effect,
            ..
        } = kinds::read(role, target, &values, self.defaults);
        for error in errors {
            if let Some((name, value)) = named.get(error.tag.as_str()) {
                self.error(name, *value, error);
            }
        }
        let warnings = kinds::warnings(role, target, &values, &without_effect, self.defaults);
        let drift = kinds::drift(role, self.language, self.source, &values, self.defaults);
        for (tag, rule, message) in warnings.into_iter().chain(drift) {
            if let Some((name, _)) = named.get(tag) {
                self.warn(rule, name, message);
            }
        }
    }

    fn warn(&mut self, rule: Rule, name: &Text, message: String) {
        self.push(Finding {
            level: Level::Warning,
            rule,
            ..self.finding(name, None, name.span.clone(), message)
        });
    }

    /// What is said of a value before anybody reads it: that it is not known, or that YAML takes it for another.
    fn value_itself(&mut self, name: &Text, value: Option<&Text>) {
        let Some(value) = value else {
            let message = "the tag's value is computed or given elsewhere, so it is not known here";
            self.not_known(name.span.clone(), name.value.clone(), message);
            return;
        };
        let language = self.language == Language::Yaml;
        if language && value.plain && is_truth(&value.value) {
            let text = &value.value;
            self.push(Finding {
                suggestion: Some(format!("\"{text}\"")),
                fix: Some(self.fix(&value.span, format!("\"{text}\""))),
                ..self.finding(
                    name,
                    Some(value),
                    value.span.clone(),
                    format!("without quotes, YAML reads {text} as true or false, which is no text"),
                )
            });
        }
    }

    fn error(&mut self, name: &Text, value: Option<&Text>, error: TagError) {
        let value = match (error.column, value) {
            (0, value) => return self.error_of_name(name, value, error.message, error.suggestion),
            (_, None) => return,
            (_, Some(value)) => value,
        };
        let from = value.place(error.column - 1).min(value.span.end);
        let fix = error
            .suggestion
            .as_ref()
            .filter(|text| !value.bare && self.fits(value, text));
        let fix = fix.map(|text| self.fix(&value.span, text.clone()));
        self.push(Finding {
            value_column: error.column,
            suggestion: error.suggestion,
            fix,
            ..self.finding(name, Some(value), from..value.span.end, error.message)
        });
    }

    fn error_of_name(
        &mut self,
        name: &Text,
        value: Option<&Text>,
        message: String,
        suggestion: Option<String>,
    ) {
        let fix = suggestion.as_ref().filter(|text| self.fits(name, text));
        let fix = fix.map(|text| self.fix(&name.span, text.clone()));
        self.push(Finding {
            rule: Rule::TagName,
            suggestion,
            fix,
            ..self.finding(name, value, name.span.clone(), message)
        });
    }

    fn not_known(&mut self, span: Range<usize>, tag: String, message: &str) {
        let place = Text::verbatim(self.source, span.clone());
        self.push(Finding {
            level: Level::Note,
            rule: Rule::NotKnownHere,
            tag,
            ..self.finding(&place, None, span, message.into())
        });
    }

    fn finding(
        &self,
        name: &Text,
        value: Option<&Text>,
        span: Range<usize>,
        message: String,
    ) -> Finding {
        let start = self.lines.place(self.source, span.start);
        Finding {
            level: Level::Error,
            rule: Rule::TagValue,
            line: start.line,
            column: start.column,
            end: self.lines.place(self.source, span.end),
            tag: name.value.clone(),
            value: value.map(|value| value.value.clone()),
            value_column: 0,
            message,
            suggestion: None,
            fix: None,
        }
    }

    /// A map that several resources use is told of once.
    fn push(&mut self, finding: Finding) {
        let place = Place {
            line: finding.line,
            column: finding.column,
        };
        if self.told.insert((place, finding.message.clone())) {
            self.findings.push(finding);
        }
    }

    fn fix(&self, span: &Range<usize>, text: String) -> Fix {
        Fix {
            start: self.lines.place(self.source, span.start),
            end: self.lines.place(self.source, span.end),
            text,
        }
    }

    /// Whether a correction can stand where the text stood, without escapes.
    fn fits(&self, text: &Text, correction: &str) -> bool {
        let escapes = |c: char| c.is_control() || "'\"\\${}`".contains(c);
        let plain = |text: &str| {
            !text.contains(": ") && !text.contains(" #") && text.starts_with(char::is_alphanumeric)
        };
        self.source[text.span.clone()] == text.value
            && !correction.contains(escapes)
            && (!text.plain || plain(correction) && !is_truth(correction))
    }
}

/// The compute that a tag is addressed to, after the dot.
fn target(name: &str) -> Option<String> {
    name.split_once('.').map(|(_, target)| target.to_string())
}

/// What YAML 1.1 takes for true or false, and so does azure-ai-ml, which then refuses it as no text.
fn is_truth(text: &str) -> bool {
    let words = ["on", "off", "yes", "no", "true", "false"];
    let small = text.to_ascii_lowercase();
    let capital = || text.chars().next().is_some_and(char::is_uppercase) && text[1..] == small[1..];
    words.contains(&small.as_str())
        && (text == small || text == text.to_ascii_uppercase() || capital())
}

/// Where lines begin.
struct Lines {
    begins: Vec<usize>,
}

impl Lines {
    fn of(source: &str) -> Lines {
        let after = source.match_indices('\n').map(|(at, _)| at + 1);
        Lines {
            begins: [0].into_iter().chain(after).collect(),
        }
    }

    fn place(&self, source: &str, at: usize) -> Place {
        let line = self.begins.partition_point(|begin| *begin <= at).max(1);
        let begin = self.begins[line - 1];
        Place {
            line,
            column: source[begin..at.min(source.len())].chars().count() + 1,
        }
    }
}
