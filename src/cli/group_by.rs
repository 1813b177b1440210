//! `--by`: what a report's rows are by, a tag included.

use clap::builder::{EnumValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};
use lamplighter_agent::report::GroupBy;
use lamplighter_core::policy::{is_tag_name, same_name};
use std::ffi::OsStr;

/// Reads a value of `--by`.
#[derive(Clone, Copy, Debug)]
pub struct GroupByParser;

fn values() -> Vec<PossibleValue> {
    let fixed = EnumValueParser::<GroupBy>::new();
    let mut values: Vec<PossibleValue> = fixed.possible_values().into_iter().flatten().collect();
    values.push(PossibleValue::new("tag").help("The only one of COST_TAGS"));
    values.push(PossibleValue::new("tag:NAME").help("One of COST_TAGS, by its name"));
    values
}

impl TypedValueParser for GroupByParser {
    type Value = GroupBy;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<GroupBy, Error> {
        let text = value.to_str().unwrap_or_default();
        if text == "tag" {
            return Ok(GroupBy::Tag(String::new()));
        }
        match text.strip_prefix("tag:") {
            Some(name) if is_tag_name(name) => Ok(GroupBy::Tag(name.to_owned())),
            _ => {
                PossibleValuesParser::new(values()).parse_ref(command, arg, value)?;
                EnumValueParser::new().parse_ref(command, arg, value)
            }
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(values().into_iter()))
    }
}

/// With the name of the tag, where none is written and the platform divides costs by one. `recorded`: the tags that
/// resources of the period were recorded with, as the platform may have named others then.
///
/// # Errors
/// It divides them by none, by several, or by none of this name.
pub fn named(by: &GroupBy, cost_tags: &[String], recorded: &[&str]) -> Result<GroupBy, String> {
    match (by, cost_tags) {
        (GroupBy::Tag(name), [only]) if name.is_empty() => Ok(GroupBy::Tag(only.clone())),
        (GroupBy::Tag(name), []) if name.is_empty() => {
            Err("--by tag: the setting COST_TAGS names no tag".into())
        }
        (GroupBy::Tag(name), several) if name.is_empty() => {
            let several = several.join(", tag:");
            Err(format!("--by tag: write which of COST_TAGS: tag:{several}"))
        }
        (GroupBy::Tag(name), _) => {
            let named = cost_tags.iter().map(String::as_str);
            let mut known: Vec<&str> = named.chain(recorded.iter().copied()).collect();
            known.sort_unstable();
            known.dedup();
            if known.iter().any(|known| same_name(known, name)) {
                return Ok(by.clone());
            }
            let known = match known.as_slice() {
                [] => "it names none".to_owned(),
                known => format!("tag:{}", known.join(", tag:")),
            };
            Err(format!(
                "--by tag:{name}: not one of COST_TAGS, now or in the period's records: {known}"
            ))
        }
        _ => Ok(by.clone()),
    }
}
