//! The part of OData's `$filter` that the price API, the resource lists and metrics take: `eq` and `ne` with `and` and
//! `or`.

use std::iter::Peekable;
use std::str::Chars;

/// One side of an `or`: comparisons that must all hold.
type All = Vec<Comparison>;

/// A filter that has been understood.
#[derive(Debug)]
pub(super) struct Filter(Vec<All>);

#[derive(Debug)]
struct Comparison {
    field: String,
    equal: bool,
    value: String,
}

/// The price API refuses more.
const MOST_COMPARISONS: usize = 20;

/// A filter that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FilterError {
    #[error("More than {MOST_COMPARISONS} comparisons")]
    TooLong,
    #[error("Invalid filter: {0}")]
    Invalid(String),
    #[error("Unsupported operator '{0}'")]
    Operator(String),
    #[error("A text is not closed")]
    NotClosed,
    #[error("Functions and lists are not supported")]
    Function,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// Functions, parentheses, `in`, other operators, and more than 20 comparisons.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        let filter = Filter::parse_long(text)?;
        if filter.0.iter().map(Vec::len).sum::<usize>() > MOST_COMPARISONS {
            return Err(FilterError::TooLong);
        }
        Ok(filter)
    }

    /// The same with as many comparisons as one likes.
    ///
    /// # Errors
    /// As [`Filter::parse`] otherwise.
    pub fn parse_long(text: &str) -> Result<Filter, FilterError> {
        let invalid = || FilterError::Invalid(text.to_owned());
        let tokens = tokens(text)?;
        let mut any: Vec<All> = vec![Vec::new()];
        let mut at = 0;
        loop {
            let comparison = comparison(&tokens[at.min(tokens.len())..]).ok_or_else(invalid)??;
            if let Some(all) = any.last_mut() {
                all.push(comparison);
            }
            at += 3;
            match tokens.get(at) {
                None => break,
                Some(Token::Plain(word)) if word.eq_ignore_ascii_case("and") => {}
                Some(Token::Plain(word)) if word.eq_ignore_ascii_case("or") => any.push(Vec::new()),
                Some(_) => return Err(invalid()),
            }
            at += 1;
        }
        Ok(Filter(any))
    }

    /// Whether an item matches; `field` gives its fields' values as text.
    pub fn matches(&self, field: impl Fn(&str) -> Option<String>, ignore_case: bool) -> bool {
        self.holds(|name, value| {
            field(name).is_some_and(|own| match ignore_case {
                true => own.eq_ignore_ascii_case(value),
                false => own == value,
            })
        })
    }

    /// Whether an item matches; `is` tells whether a field has a value.
    pub fn holds(&self, is: impl Fn(&str, &str) -> bool) -> bool {
        self.0.iter().any(|all| {
            all.iter()
                .all(|one| is(&one.field, &one.value) == one.equal)
        })
    }

    /// The fields that are named, in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flatten()
            .map(|comparison| comparison.field.as_str())
    }
}

/// The comparison that the tokens begin with; `None` where they begin with none.
fn comparison(tokens: &[Token]) -> Option<Result<Comparison, FilterError>> {
    let [Token::Plain(field), Token::Plain(operator), value, ..] = tokens else {
        return None;
    };
    let equal = match operator.to_ascii_lowercase().as_str() {
        "eq" => true,
        "ne" => false,
        _ => return Some(Err(FilterError::Operator(operator.clone()))),
    };
    let (Token::Quoted(value) | Token::Plain(value)) = value;
    Some(Ok(Comparison {
        field: field.clone(),
        equal,
        value: value.clone(),
    }))
}

#[derive(Debug)]
enum Token {
    Plain(String),
    Quoted(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        match first {
            first if first.is_whitespace() => {}
            '\'' => tokens.push(Token::Quoted(quoted(&mut chars)?)),
            '(' | ')' | ',' => return Err(FilterError::Function),
            first => {
                let mut word = String::from(first);
                while let Some(next) =
                    chars.next_if(|next| !next.is_whitespace() && !"'(),".contains(*next))
                {
                    word.push(next);
                }
                tokens.push(Token::Plain(word));
            }
        }
    }
    Ok(tokens)
}

/// A text behind its opening quote; two quotes stand for one.
fn quoted(chars: &mut Peekable<Chars<'_>>) -> Result<String, FilterError> {
    let mut value = String::new();
    loop {
        match chars.next() {
            Some('\'') if chars.next_if_eq(&'\'').is_some() => value.push('\''),
            Some('\'') => return Ok(value),
            Some(other) => value.push(other),
            None => return Err(FilterError::NotClosed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_with_and_and_or() {
        let item = |field: &str| match field {
            "a" => Some("x y".to_owned()),
            "b" => Some("it's".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("a eq 'x y'", true),
            ("a eq 'X Y'", false),
            ("a eq 'x y' and b eq 'it''s'", true),
            ("a eq 'n' or b eq 'it''s'", true),
            ("a ne 'n' and b eq 'z'", false),
            ("c eq 'x'", false),
        ] {
            assert_eq!(
                Filter::parse(text).expect(text).matches(item, false),
                expected,
                "{text}"
            );
        }
        assert!(
            Filter::parse("a eq 'X Y'")
                .expect("read")
                .matches(item, true)
        );
    }

    #[test]
    fn refuses_what_azure_refuses() {
        let many = vec!["a eq 'x'"; 21].join(" or ");
        for text in [
            "",
            "a",
            "a eq",
            "a in ('x','y')",
            "not(a eq 'x')",
            "a gt 'x'",
            "a eq 'x",
            "a eq 'x' b",
            &many,
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
