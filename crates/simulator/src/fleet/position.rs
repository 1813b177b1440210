//! Where in a JSON text a value lies, so that a complaint about a field can name its line.

/// A value of the text: its path (`people[0].zone`) and its byte range.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    pub path: String,
    pub start: usize,
    pub end: usize,
}

/// Every value of a JSON text, outer before inner. Of a malformed text, those up to the fault.
pub(super) fn places(text: &str) -> Vec<Place> {
    let mut walk = Walk {
        text: text.as_bytes(),
        at: 0,
        places: Vec::new(),
    };
    walk.value(String::new(), 0);
    walk.places
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
pub(super) fn path_at(places: &[Place], offset: usize) -> String {
    places
        .iter()
        .filter(|place| place.start <= offset && offset <= place.end)
        .min_by_key(|place| place.end - place.start)
        .map(|place| place.path.clone())
        .unwrap_or_default()
}

/// serde_json refuses deeper nesting before anyone asks for places.
const DEEPEST: usize = 128;

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    places: Vec<Place>,
}

impl Walk<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// Walks one value; `None` where the text is not JSON.
    fn value(&mut self, path: String, depth: usize) -> Option<()> {
        let first = self.peek()?;
        let index = self.places.len();
        self.places.push(Place {
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
        self.places[index].end = self.at;
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
            let walked = self.value(inner.clone(), depth + 1);
            self.places.push(Place {
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
            self.value(format!("{path}[{index}]"), depth + 1)?;
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
        let places = places(text);
        let found = places
            .iter()
            .find(|place| place.path == "a[1].b")
            .expect("walked");
        assert_eq!(line_column(text, found.start), (4, 9));
        assert_eq!(path_at(&places, offset(text, 4, 9)), "a[1].b");
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
            let _ = places(text);
        }
        assert_eq!(path_at(&places("{\"a\":[1, oops"), 9), "a[1]");
    }
}
