//! The part of OData's `$filter` that the price API and the resource lists take: `eq` and `ne` with `and`
//! and `or`.

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

impl Filter {
    /// # Errors
    /// Functions, parentheses, `in`, other operators, and more than 20 comparisons; in words.
    pub fn parse(text: &str) -> Result<Filter, String> {
        let filter = Filter::parse_long(text)?;
        if filter.0.iter().map(Vec::len).sum::<usize>() > MOST_COMPARISONS {
            return Err(format!("More than {MOST_COMPARISONS} comparisons"));
        }
        Ok(filter)
    }

    /// The same with as many comparisons as one likes.
    ///
    /// # Errors
    /// As [`Filter::parse`] otherwise.
    pub fn parse_long(text: &str) -> Result<Filter, String> {
        let words = words(text)?;
        let mut any: Vec<All> = vec![Vec::new()];
        let mut at = 0;
        loop {
            let [Word::Plain(field), Word::Plain(operator), value, ..] =
                &words[at.min(words.len())..]
            else {
                return Err(format!("Invalid filter: {text}"));
            };
            let equal = match operator.to_ascii_lowercase().as_str() {
                "eq" => true,
                "ne" => false,
                _ => return Err(format!("Unsupported operator '{operator}'")),
            };
            let value = match value {
                Word::Quoted(value) | Word::Plain(value) => value.clone(),
            };
            if let Some(all) = any.last_mut() {
                all.push(Comparison {
                    field: field.clone(),
                    equal,
                    value,
                });
            }
            at += 3;
            match words.get(at) {
                None => break,
                Some(Word::Plain(word)) if word.eq_ignore_ascii_case("and") => {}
                Some(Word::Plain(word)) if word.eq_ignore_ascii_case("or") => any.push(Vec::new()),
                Some(_) => return Err(format!("Invalid filter: {text}")),
            }
            at += 1;
        }
        Ok(Filter(any))
    }

    /// Whether an item matches; `field` gives its fields' values as text.
    pub fn matches(&self, field: impl Fn(&str) -> Option<String>, ignore_case: bool) -> bool {
        self.0.iter().any(|all| {
            all.iter().all(|comparison| {
                let same = field(&comparison.field).is_some_and(|value| {
                    if ignore_case {
                        value.eq_ignore_ascii_case(&comparison.value)
                    } else {
                        value == comparison.value
                    }
                });
                same == comparison.equal
            })
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

#[derive(Debug)]
enum Word {
    Plain(String),
    Quoted(String),
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        match first {
            first if first.is_whitespace() => {}
            '\'' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        // Two quotes stand for one.
                        Some('\'') if chars.next_if_eq(&'\'').is_some() => value.push('\''),
                        Some('\'') => break,
                        Some(other) => value.push(other),
                        None => return Err("A text is not closed".into()),
                    }
                }
                words.push(Word::Quoted(value));
            }
            '(' | ')' | ',' => return Err("Functions and lists are not supported".into()),
            first => {
                let mut word = String::from(first);
                while let Some(next) =
                    chars.next_if(|next| !next.is_whitespace() && !"'(),".contains(*next))
                {
                    word.push(next);
                }
                words.push(Word::Plain(word));
            }
        }
    }
    Ok(words)
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
