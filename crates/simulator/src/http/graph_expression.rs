//! Expressions of a query: columns with what lies in them, texts, comparisons, `and`, `or`, `not`, a few functions.

use super::graph_error::QueryError;
use super::graph_tokens::Token;
use serde_json::Value;

/// What can be worked out of a row.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    /// A column, and the way into it: `tags['a']` is `["tags", "a"]`.
    Column(Vec<String>),
    Known(Value),
    Call(Function, Vec<Expression>),
    Compare(Box<Expression>, Operator, Vec<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    Lower,
    Upper,
    Text,
    IsEmpty,
    IsNull,
    Joined,
    First,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Operator {
    test: Test,
    ignore_case: bool,
    /// It asks for the opposite.
    negated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Is,
    Contains,
    Has,
    Begins,
    Ends,
    Less,
    AtMost,
}

/// The words of an expression that have not been read yet.
pub(super) struct Reader<'a> {
    tokens: &'a [Token],
}

impl<'a> Reader<'a> {
    pub fn new(tokens: &'a [Token]) -> Reader<'a> {
        Reader { tokens }
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Takes the next word if it is this sign.
    pub fn sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Sign(sign)) if sign == wanted);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    /// Takes the next word if it is one of these names, in any case.
    pub fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Name(name)) if name.eq_ignore_ascii_case(wanted));
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn next(&mut self) -> Result<&'a Token, QueryError> {
        let (first, rest) = self.tokens.split_first().ok_or(QueryError::Ends)?;
        self.tokens = rest;
        Ok(first)
    }

    /// A name, a sign that follows it not read.
    pub fn name(&mut self) -> Result<String, QueryError> {
        match self.next()? {
            Token::Name(name) => Ok(name.clone()),
            other => Err(unexpected(other)),
        }
    }

    /// The next word is this sign.
    pub fn comes(&self, wanted: &str) -> bool {
        matches!(self.tokens.get(1), Some(Token::Sign(sign)) if sign == wanted)
    }

    fn expect(&mut self, sign: &str) -> Result<(), QueryError> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.tokens.first().map_or(QueryError::Ends, unexpected))
        }
    }

    /// A whole condition.
    ///
    /// # Errors
    /// It ends too early, or has a word that does not belong there.
    pub fn condition(&mut self) -> Result<Expression, QueryError> {
        let mut any = vec![self.all()?];
        while self.word("or") {
            any.push(self.all()?);
        }
        Ok(Expression::Any(any))
    }

    fn all(&mut self) -> Result<Expression, QueryError> {
        let mut all = vec![self.comparison()?];
        while self.word("and") {
            all.push(self.comparison()?);
        }
        Ok(Expression::All(all))
    }

    fn comparison(&mut self) -> Result<Expression, QueryError> {
        if self.word("not") {
            self.expect("(")?;
            let inner = self.condition()?;
            self.expect(")")?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        let left = self.value()?;
        let Some(operator) = self.operator()? else {
            return Ok(left);
        };
        let mut right = Vec::new();
        if self.sign("(") {
            while !self.sign(")") {
                right.push(self.value()?);
                if !self.sign(",") {
                    self.expect(")")?;
                    break;
                }
            }
        } else {
            right.push(self.value()?);
        }
        Ok(Expression::Compare(Box::new(left), operator, right))
    }

    /// The operator that comes next, if one does.
    fn operator(&mut self) -> Result<Option<Operator>, QueryError> {
        let word = match self.tokens.first() {
            Some(Token::Sign(sign)) if sign.len() > 1 || matches!(sign.as_str(), "<" | ">") => sign,
            Some(Token::Name(name)) => name,
            _ => return Ok(None),
        };
        let lower = word.to_ascii_lowercase();
        if matches!(lower.as_str(), "and" | "or" | "asc" | "desc") {
            return Ok(None);
        }
        let (test, ignore_case, negated) = match lower.as_str() {
            "==" | "in" => (Test::Is, false, false),
            "!=" | "!in" => (Test::Is, false, true),
            "=~" | "in~" => (Test::Is, true, false),
            "!~" | "!in~" => (Test::Is, true, true),
            "contains" => (Test::Contains, true, false),
            "!contains" => (Test::Contains, true, true),
            "has" => (Test::Has, true, false),
            "!has" => (Test::Has, true, true),
            "startswith" => (Test::Begins, true, false),
            "!startswith" => (Test::Begins, true, true),
            "endswith" => (Test::Ends, true, false),
            "<" => (Test::Less, false, false),
            "<=" => (Test::AtMost, false, false),
            ">=" => (Test::Less, false, true),
            ">" => (Test::AtMost, false, true),
            _ => return Err(QueryError::Comparison(word.clone())),
        };
        self.tokens = &self.tokens[1..];
        Ok(Some(Operator {
            test,
            ignore_case,
            negated,
        }))
    }

    /// A column, a text, a number, a function's value, or a condition in parentheses.
    pub fn value(&mut self) -> Result<Expression, QueryError> {
        if self.sign("(") {
            let inner = self.condition()?;
            self.expect(")")?;
            return Ok(inner);
        }
        match self.next()? {
            Token::Text(text) => Ok(Expression::Known(text.as_str().into())),
            Token::Number(number) => Ok(Expression::Known((*number).into())),
            Token::Name(name) if self.sign("(") => self.call(name),
            Token::Name(name) => self.column(name),
            other => Err(unexpected(other)),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, QueryError> {
        let lower = name.to_ascii_lowercase();
        let mut given = Vec::new();
        while !self.sign(")") {
            given.push(self.condition()?);
            if !self.sign(",") {
                self.expect(")")?;
                break;
            }
        }
        let function = match lower.as_str() {
            "tolower" => Function::Lower,
            "toupper" => Function::Upper,
            "tostring" | "toint" | "tobool" => Function::Text,
            "isempty" | "isnotempty" => Function::IsEmpty,
            "isnull" | "isnotnull" => Function::IsNull,
            "strcat" => Function::Joined,
            "coalesce" => Function::First,
            _ => return Err(QueryError::Function(name.to_owned())),
        };
        let call = Expression::Call(function, given);
        Ok(match lower.starts_with("isnot") {
            true => Expression::Not(Box::new(call)),
            false => call,
        })
    }

    fn column(&mut self, name: &str) -> Result<Expression, QueryError> {
        match name.to_ascii_lowercase().as_str() {
            "true" => return Ok(Expression::Known(true.into())),
            "false" => return Ok(Expression::Known(false.into())),
            _ => {}
        }
        let mut way = vec![name.to_owned()];
        loop {
            if self.sign(".") {
                way.push(self.name()?);
            } else if self.sign("[") {
                match self.next()? {
                    Token::Text(key) => way.push(key.clone()),
                    Token::Number(place) => way.push(place.to_string()),
                    other => return Err(unexpected(other)),
                }
                self.expect("]")?;
            } else {
                return Ok(Expression::Column(way));
            }
        }
    }
}

fn unexpected(token: &Token) -> QueryError {
    QueryError::Where(match token {
        Token::Name(text) | Token::Text(text) | Token::Sign(text) => text.clone(),
        Token::Number(number) => number.to_string(),
    })
}

impl Expression {
    /// Whether it holds of a row.
    pub fn holds(&self, row: &Value) -> bool {
        match self {
            Expression::All(all) => all.iter().all(|one| one.holds(row)),
            Expression::Any(any) => any.iter().any(|one| one.holds(row)),
            Expression::Not(inner) => !inner.holds(row),
            Expression::Compare(left, operator, right) => {
                let left = left.of(row);
                let mut right = right.iter().map(|one| one.of(row));
                right.any(|one| operator.test(&left, &one)) != operator.negated
            }
            other => other.of(row) == Value::Bool(true),
        }
    }

    /// Its value of a row; null where there is none.
    pub fn of(&self, row: &Value) -> Value {
        match self {
            Expression::Column(way) => {
                let inner = way.iter().try_fold(row, |value, key| match value {
                    Value::Array(items) => items.get(key.parse::<usize>().ok()?),
                    other => other.get(key),
                });
                inner.cloned().unwrap_or(Value::Null)
            }
            Expression::Known(value) => value.clone(),
            Expression::Call(function, given) => {
                function.of(given.iter().map(|one| one.of(row)).collect())
            }
            Expression::Any(any) if any.len() == 1 => any[0].of(row),
            Expression::All(all) if all.len() == 1 => all[0].of(row),
            condition => condition.holds(row).into(),
        }
    }

    /// The same, taken out of an `or` and an `and` of nothing else.
    pub fn alone(self) -> Expression {
        match self {
            Expression::Any(mut one) | Expression::All(mut one) if one.len() == 1 => {
                one.remove(0).alone()
            }
            other => other,
        }
    }

    /// The name that a column of it has where the query gives none.
    pub fn usual_name(&self) -> Option<String> {
        match self {
            Expression::Column(way) => Some(way.join("_")),
            _ => None,
        }
    }
}

impl Function {
    fn of(self, given: Vec<Value>) -> Value {
        let first = given.first().unwrap_or(&Value::Null);
        match self {
            Function::Lower => text(first).to_lowercase().into(),
            Function::Upper => text(first).to_uppercase().into(),
            Function::Text => text(first).into(),
            Function::IsEmpty => text(first).is_empty().into(),
            Function::IsNull => first.is_null().into(),
            Function::Joined => given.iter().map(text).collect::<String>().into(),
            Function::First => {
                let found = given.into_iter().find(|one| !one.is_null());
                found.unwrap_or(Value::Null)
            }
        }
    }
}

/// A value as text; null is empty.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Operator {
    fn test(self, left: &Value, right: &Value) -> bool {
        if let (Some(left), Some(right)) = (left.as_f64(), right.as_f64()) {
            return match self.test {
                Test::Less => left < right,
                Test::AtMost => left <= right,
                _ => left == right,
            };
        }
        let (mut left, mut right) = (text(left), text(right));
        if self.ignore_case {
            left = left.to_lowercase();
            right = right.to_lowercase();
        }
        match self.test {
            Test::Is => left == right,
            Test::Contains => left.contains(&right),
            Test::Has => has(&left, &right),
            Test::Begins => left.starts_with(&right),
            Test::Ends => left.ends_with(&right),
            Test::Less => left < right,
            Test::AtMost => left <= right,
        }
    }
}

/// Whether a text has a term: with no letter or digit before or behind it.
fn has(text: &str, term: &str) -> bool {
    let parts = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric());
    text.match_indices(term).any(|(at, _)| {
        parts(text[..at].chars().next_back()) && parts(text[at + term.len()..].chars().next())
    })
}
