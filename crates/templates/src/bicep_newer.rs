//! Bicep that is newer than the grammar (tree-sitter-bicep 1.1), rewritten to what the grammar knows, each byte in its
//! place: spread (`...x`), assigned parameters (`param x = …`), resource-derived types (`resourceInput<'…'>.tags`), typed
//! variables, `extends`, `extension`, `using none` and interpolated multi-line strings.

use std::collections::HashSet;

pub(crate) struct Older {
    pub text: String,
    /// Where `...` stood in objects: the entry there spreads what follows.
    pub spreads: HashSet<usize>,
    /// Where multi-line strings begin in which `${` computes.
    pub interpolated: HashSet<usize>,
}

pub(crate) fn rewritten(source: &str) -> Older {
    let mut scan = Scan {
        bytes: source.as_bytes(),
        out: source.as_bytes().to_vec(),
        at: 0,
        open: Vec::new(),
        spreads: HashSet::new(),
        interpolated: HashSet::new(),
    };
    scan.run();
    Older {
        // Whole tokens of ASCII are replaced by ASCII only.
        text: String::from_utf8(scan.out).unwrap_or_else(|_| source.to_string()),
        spreads: scan.spreads,
        interpolated: scan.interpolated,
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    out: Vec<u8>,
    at: usize,
    /// Brackets that are open; a `'` is a string whose interpolation is being read.
    open: Vec<u8>,
    spreads: HashSet<usize>,
    interpolated: HashSet<usize>,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut line_begins = true;
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            match byte {
                b'/' if self.sees(b"//") => self.skip_to(b"\n"),
                b'/' if self.sees(b"/*") => self.skip_past(b"*/"),
                b'\'' => self.string(),
                b'$' if self.dollars() => {}
                b'.' if self.sees(b"...") => self.spread(),
                b'{' | b'[' | b'(' => self.step(|open| open.push(byte)),
                b'}' if self.closes_interpolation() => {
                    self.open.truncate(self.open.len() - 2);
                    self.at += 1;
                    self.within_string();
                }
                b'}' | b']' | b')' => self.step(|open| open.truncate(open.len().saturating_sub(1))),
                _ if byte.is_ascii_alphabetic() || byte == b'_' => self.word(line_begins),
                _ => self.at += 1,
            }
            line_begins = byte == b'\n' || line_begins && byte.is_ascii_whitespace();
        }
    }

    fn sees(&self, what: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(what)
    }

    fn step(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        change(&mut self.open);
        self.at += 1;
    }

    fn find(&self, what: &[u8], from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        rest.windows(what.len())
            .position(|part| part == what)
            .map(|at| from + at)
    }

    fn skip_to(&mut self, what: &[u8]) {
        self.at = self.find(what, self.at).unwrap_or(self.bytes.len());
    }

    fn skip_past(&mut self, what: &[u8]) {
        let end = self.find(what, self.at + 2).map(|at| at + what.len());
        self.at = end.unwrap_or(self.bytes.len());
    }

    fn string(&mut self) {
        if self.sees(b"'''") {
            self.at += 1;
            self.skip_past(b"'''");
            // More quotes at the end belong to the text.
            while self.sees(b"'") {
                self.at += 1;
            }
        } else {
            self.at += 1;
            self.within_string();
        }
    }

    /// To the string's end, or to where an interpolation begins.
    fn within_string(&mut self) {
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'\\' => self.at += 2,
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\n' => return,
                b'$' if self.sees(b"${") => {
                    self.open.extend(b"'{");
                    self.at += 2;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    fn closes_interpolation(&self) -> bool {
        self.open.ends_with(b"'{")
    }

    /// `$'''…'''`, with as many dollars as its author likes.
    fn dollars(&mut self) -> bool {
        let count = self.bytes[self.at..]
            .iter()
            .take_while(|byte| **byte == b'$')
            .count();
        if !self.bytes[self.at + count..].starts_with(b"'''") {
            self.at += count;
            return true;
        }
        self.blank(self.at, self.at + count);
        self.at += count;
        self.interpolated.insert(self.at);
        self.string();
        true
    }

    fn spread(&mut self) {
        if self.open.last() == Some(&b'{') {
            self.out[self.at..self.at + 3].copy_from_slice(b"_: ");
            self.spreads.insert(self.at);
        } else {
            self.blank(self.at, self.at + 3);
        }
        self.at += 3;
    }

    fn blank(&mut self, from: usize, to: usize) {
        for byte in &mut self.out[from..to] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    fn end_of_word(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        from + rest.iter().take_while(part).count()
    }

    fn end_of_blanks(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count()
    }

    fn word(&mut self, line_begins: bool) {
        let end = self.end_of_word(self.at);
        let word = &self.bytes[self.at..end];
        let declares = line_begins && self.open.is_empty();
        match word {
            b"extends" | b"extension" | b"using" if declares => {
                let start = self.at;
                self.skip_to(b"\n");
                self.blank(start, self.at);
                return;
            }
            b"resourceInput" | b"resourceOutput" if self.bytes.get(end) == Some(&b'<') => {
                let start = self.at;
                self.skip_past(b">");
                self.members();
                self.blank(start, self.at);
                self.out[start..start + 6].copy_from_slice(b"object");
                return;
            }
            b"param" | b"var" if declares => self.declared(end),
            _ => {}
        }
        self.at = end;
    }

    /// `.properties.tags`, `[*]` and `?` after a type.
    fn members(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(b'.') => self.at = self.end_of_word(self.at + 1),
                Some(b'[') => self.skip_past(b"]"),
                Some(b'?') => self.at += 1,
                _ => return,
            }
        }
    }

    /// `param x = …` is a variable to the grammar, and so is `var x string = …` without its type.
    fn declared(&mut self, end: usize) {
        let name = self.end_of_blanks(end);
        let type_begins = self.end_of_blanks(self.end_of_word(name));
        let is_equals = |at: usize| self.bytes.get(at) == Some(&b'=');
        if self.sees(b"param") && is_equals(type_begins) {
            self.out[self.at..self.at + 5].copy_from_slice(b"var  ");
        } else if self.sees(b"var") && !is_equals(type_begins) {
            let rest = &self.bytes[type_begins..];
            let simple = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_ []?|'.".contains(byte);
            let type_ends = type_begins + rest.iter().take_while(simple).count();
            if is_equals(type_ends) {
                self.blank(type_begins, type_ends);
            }
        }
    }
}
