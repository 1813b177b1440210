//! Lines as they come in: as many at once as are there.

use std::io::{self, BufRead, BufReader, Read};

/// Longer lines are not read: no resource's tags are that long.
const LONGEST: u64 = 1 << 20;

/// Lines of a batch, one after the other, without the blank ones.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: Vec<u8>,
    /// Where each ends, and whether that is all of it.
    ends: Vec<(usize, bool)>,
    /// How many came before.
    before: usize,
}

/// One of them.
pub(super) struct Line<'a> {
    /// 1-based, blank lines not counted.
    pub number: usize,
    /// Or why it cannot be read.
    pub text: Result<&'a str, String>,
}

impl Lines {
    /// Reads the next line, and those behind it that can be had without waiting. None at the end.
    ///
    /// # Errors
    /// `from` cannot be read.
    pub(super) fn read(
        from: &mut BufReader<impl Read>,
        before: usize,
    ) -> io::Result<Option<Lines>> {
        let mut lines = Lines {
            before,
            ..Lines::default()
        };
        while lines.ends.is_empty() || from.buffer().contains(&b'\n') {
            if !lines.read_one(from)? {
                return Ok((!lines.ends.is_empty()).then_some(lines));
            }
        }
        Ok(Some(lines))
    }

    /// False at the end.
    fn read_one(&mut self, from: &mut BufReader<impl Read>) -> io::Result<bool> {
        let begin = self.text.len();
        let mut most = from.by_ref().take(LONGEST);
        if most.read_until(b'\n', &mut self.text)? == 0 {
            return Ok(false);
        }
        let line = &self.text[begin..];
        let whole = line.ends_with(b"\n") || (line.len() as u64) < LONGEST;
        if !whole {
            skip_line(from)?;
        }
        if self.text[begin..].iter().all(u8::is_ascii_whitespace) {
            self.text.truncate(begin);
        } else {
            self.ends.push((self.text.len(), whole));
        }
        Ok(true)
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// In bytes.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = Line<'_>> {
        let mut begin = 0;
        self.ends.iter().enumerate().map(move |(at, (end, whole))| {
            let number = self.before + at + 1;
            let line = &self.text[begin..*end];
            begin = *end;
            // Some shells begin a stream with a byte-order mark.
            let line = match (number, line.strip_prefix(b"\xef\xbb\xbf")) {
                (1, Some(rest)) => rest,
                _ => line,
            };
            let text = match whole {
                true => std::str::from_utf8(line).map_err(|_| "not UTF-8".to_string()),
                false => Err(format!("longer than {LONGEST} bytes")),
            };
            Line { number, text }
        })
    }

    /// In so many parts of about as many lines, in their order.
    pub fn split(mut self, parts: usize) -> Vec<Lines> {
        let each = self.ends.len().div_ceil(parts.max(1)).max(1);
        let mut all = Vec::with_capacity(parts);
        while self.ends.len() > each {
            let rest = self.ends.split_off(each);
            let begin = self.ends.last().map_or(0, |(end, _)| *end);
            let text = self.text.split_off(begin);
            let rest = rest.into_iter();
            let next = Lines {
                text,
                ends: rest.map(|(end, whole)| (end - begin, whole)).collect(),
                before: self.before + each,
            };
            all.push(std::mem::replace(&mut self, next));
        }
        all.push(self);
        all
    }
}

/// Passes over the rest of a line without keeping it.
fn skip_line(from: &mut impl BufRead) -> io::Result<()> {
    loop {
        let some = from.fill_buf()?;
        let (length, end) = match some.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (some.len(), some.is_empty()),
        };
        from.consume(length);
        if end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &Lines) -> Vec<(usize, String)> {
        let each = lines.each();
        let each = each.map(|line| (line.number, line.text.map_or_else(|why| why, str::to_owned)));
        each.collect()
    }

    #[test]
    fn parts_are_the_same_lines_with_the_same_numbers() {
        let text = "\u{feff}a\n\n  \nb\nc\nd\ne";
        let read = |capacity| {
            let mut from = BufReader::with_capacity(capacity, text.as_bytes());
            let (mut all, mut before) = (Vec::new(), 0);
            while let Some(lines) = Lines::read(&mut from, before).expect("text") {
                before += lines.count();
                all.push(lines);
            }
            all
        };
        let flat = |all: &[Lines]| all.iter().flat_map(texts).collect::<Vec<_>>();
        let wanted: Vec<(usize, String)> = ["a\n", "b\n", "c\n", "d\n", "e"]
            .iter()
            .enumerate()
            .map(|(at, text)| (at + 1, (*text).to_owned()))
            .collect();
        for capacity in [1, 2, 5, 64] {
            let all = read(capacity);
            assert_eq!(flat(&all), wanted, "{capacity}");
            for parts in [0, 1, 2, 3, 9] {
                let split: Vec<Lines> = all
                    .iter()
                    .flat_map(|lines| lines.clone().split(parts))
                    .collect();
                assert_eq!(flat(&split), wanted, "{capacity}, {parts}");
            }
        }
        let whole = read(64).swap_remove(0);
        let counts: Vec<usize> = whole.split(2).iter().map(Lines::count).collect();
        assert_eq!(counts, [2, 2]);
    }
}
