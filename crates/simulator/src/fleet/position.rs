//! Where in a JSON text a value lies, so that a complaint about a field can name its line.

/// A value of the text: its path (`people[0].zone`) and its byte range.
#[derive(Debug, PartialEq)]
pub(super) struct ValueRange {
    pub path: String,
    pub start: usize,
    pub end: usize,
}

/// Every value of a JSON text, outer before inner. Of a malformed text, those up to the fault.
pub(super) fn values(text: &str) -> Vec<ValueRange> {
    let mut walk = Walk {
        text: text.as_bytes(),
        at: 0,
        values: Vec::new(),
    };
    walk.visit(String::new(), 0);
    walk.values
}

/// 1-based line and column (in characters) of a byte offset.
pub(super) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The byte offset of a 1-based line and column in bytes, as serde_json counts them.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// The path of the innermost value around an offset.
pub(super) fn path_at(values: &[ValueRange], offset: usize) -> String {
    values
        .iter()
        .filter(|value| value.start <= offset && offset <= value.end)
        .min_by_key(|value| value.end - value.start)
        .map(|value| value.path.clone())
        .unwrap_or_default()
}

/// Keys of older fleet files, with what they are called today.
const OLDER_KEYS: [(&str, &str); 2] = [("machines", "instances"), ("machine", "instance")];

/// The value at a path, also where the text has an older key on the way.
pub(super) fn find<'a>(values: &'a [ValueRange], path: &str) -> Option<&'a ValueRange> {
    values
        .iter()
        .find(|value| value.path == path || in_todays_keys(&value.path) == path)
}

fn in_todays_keys(path: &str) -> String {
    let keys = path.split('.').map(|key| {
        let (name, index) = key.split_at(key.find('[').unwrap_or(key.len()));
        let known = OLDER_KEYS.iter().find(|(older, _)| *older == name);
        format!("{}{index}", known.map_or(name, |(_, today)| today))
    });
    keys.collect::<Vec<_>>().join(".")
}

/// serde_json refuses deeper nesting before anyone asks for values.
const DEEPEST: usize = 128;

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    values: Vec<ValueRange>,
}

impl Walk<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// Walks one value; `None` where the text is not JSON.
    fn visit(&mut self, path: String, depth: usize) -> Option<()> {
        let first = self.peek()?;
        let index = self.values.len();
        self.values.push(ValueRange {
            path: path.clone(),
            start: self.at,
            end: self.text.len(),
        });
        if depth > DEEPEST {
            return None;
        }
        match first {
            b'{' => self.object(&path, depth)?,
            b'[' => self.array(&path, depth)?,
            b'"' => {
                self.string()?;
            }
            _ => {
                while self
                    .text
                    .get(self.at)
                    .is_some_and(|byte| !b",]} \t\r\n".contains(byte))
                {
                    self.at += 1;
                }
            }
        }
        self.values[index].end = self.at;
        Some(())
    }

    fn object(&mut self, path: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            if self.peek()? != b'"' {
                return None;
            }
            let key_start = self.at;
            let key = self.string()?;
            let key_end = self.at;
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            let inner = if path.is_empty() {
                key
            } else {
                format!("{path}.{key}")
            };
            // Behind the value, so that a path leads to the value; an unknown field is found at its key.
            let walked = self.visit(inner.clone(), depth + 1);
            self.values.push(ValueRange {
                path: inner,
                start: key_start,
                end: key_end,
            });
            walked?;
            if !self.more(b'}')? {
                return Some(());
            }
        }
    }

    fn array(&mut self, path: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        for index in 0.. {
            self.visit(format!("{path}[{index}]"), depth + 1)?;
            if !self.more(b']')? {
                break;
            }
        }
        Some(())
    }

    /// After a member: true at a comma, false at the end.
    fn more(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(true),
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at + 1;
        self.at = start;
        while *self.text.get(self.at)? != b'"' {
            self.at += if self.text[self.at] == b'\\' { 2 } else { 1 };
        }
        let text = String::from_utf8_lossy(self.text.get(start..self.at)?).into_owned();
        self.at += 1;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line_of_a_path_and_the_path_of_a_line() {
        let text = "{\n \"a\": [\n  {\"b\": \"x\"},\n  {\"b\": 7}\n ]\n}";
        let values = values(text);
        let found = values
            .iter()
            .find(|value| value.path == "a[1].b")
            .expect("walked");
        assert_eq!(line_column(text, found.start), (4, 9));
        assert_eq!(path_at(&values, offset(text, 4, 9)), "a[1].b");
    }

    #[test]
    fn a_value_is_found_under_an_older_key() {
        let text = r#"{"machines": [{"jobs": [{"machine": "w/z"}]}]}"#;
        let values = values(text);
        let found = find(&values, "instances[0].jobs[0].instance").expect("found");
        assert_eq!(&text[found.start..found.end], "\"w/z\"");
        assert!(find(&values, "instances[1]").is_none());
    }

    #[test]
    fn a_broken_text_gives_what_came_before_the_fault() {
        for text in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":[1,",
            "{\"a\":\"\\",
            "[[[[",
            "{\"a\" 1}",
        ] {
            let _ = values(text);
        }
        assert_eq!(path_at(&values("{\"a\":[1, oops"), 9), "a[1]");
    }
}
