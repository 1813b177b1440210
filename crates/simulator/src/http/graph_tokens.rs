//! The words of a query: names, texts, numbers and signs.

use super::graph_error::QueryError;

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, a function's or an operator's: `type`, `tolower`, `in~`, `!contains`.
    Name(String),
    Text(String),
    Number(f64),
    /// `==`, `(`, `.` and the like.
    Sign(String),
}

const SIGNS: [&str; 15] = [
    "==", "=~", "!=", "!~", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", ".",
];

/// The steps of a query: a pipe inside a text parts nothing.
pub(super) fn steps(query: &str) -> Vec<&str> {
    let (mut steps, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, sign) in query.char_indices() {
        match (sign, quote) {
            ('\'' | '"', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            ('|', None) => {
                steps.push(query[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    steps.push(query[from..].trim());
    steps
}

/// Takes a step apart.
///
/// # Errors
/// A text is not closed, or a sign is unknown.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let inner = &rest[1..];
                let end = inner.find(first).ok_or(QueryError::NotClosed)?;
                tokens.push(Token::Text(inner[..end].to_owned()));
                end + 2
            }
            '0'..='9' => {
                let end = run(rest, |sign| sign.is_ascii_digit() || sign == '.');
                let number = rest[..end].parse().map_err(|_| unknown(rest))?;
                tokens.push(Token::Number(number));
                end
            }
            _ => {
                let name = name_length(rest);
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                match (name, sign) {
                    (0, None) => return Err(unknown(rest)),
                    (0, Some(sign)) => {
                        tokens.push(Token::Sign((*sign).to_owned()));
                        sign.len()
                    }
                    (length, _) => {
                        tokens.push(Token::Name(rest[..length].to_owned()));
                        length
                    }
                }
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|sign| !belongs(sign)).unwrap_or(text.len())
}

/// The length of the name that a text begins with: letters, with `!` before and `~` behind those of operators.
fn name_length(text: &str) -> usize {
    let inner = text.strip_prefix('!').unwrap_or(text);
    if !inner.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_' || sign == '$') {
        return 0;
    }
    let before = text.len() - inner.len();
    let name = run(inner, |sign| {
        sign.is_ascii_alphanumeric() || sign == '_' || sign == '$'
    });
    before + name + usize::from(inner[name..].starts_with('~'))
}

fn unknown(rest: &str) -> QueryError {
    QueryError::Where(rest.chars().take(20).collect())
}
