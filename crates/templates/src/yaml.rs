//! YAML: what `az ml compute create --file` takes, and any other with `tags`.

use crate::text::Text;
use crate::value::{DEEPEST, Document, Entry, Key, Value};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::ops::Range;

pub(crate) fn read(source: &str) -> Document {
    let places = source
        .char_indices()
        .map(|(at, _)| at)
        .chain([source.len()]);
    let mut builder = Builder {
        source,
        places: places.collect(),
        document: Document::default(),
        open: Vec::new(),
        document_number: 0,
    };
    let mut read = 0;
    for event in Parser::new_from_str(source) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                // What came before it stands; what comes after it cannot be known.
                let from = builder.byte(error.marker()).min(read);
                builder
                    .document
                    .unread
                    .push(line_of(source, from)..source.len());
                break;
            }
        };
        if builder.open.len() >= DEEPEST {
            let from = builder.byte(&span.start);
            builder.document.unread.push(from..source.len());
            break;
        }
        read = builder.byte(&span.end);
        builder.take(event, span);
    }
    builder.finish();
    builder.document
}

fn line_of(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |end| end + 1)
}

struct Builder<'a> {
    source: &'a str,
    /// The byte of each character, and the end.
    places: Vec<usize>,
    document: Document,
    open: Vec<Open>,
    /// Anchors are a document's own.
    document_number: usize,
}

/// A list or map whose end has not been read.
struct Open {
    anchor: usize,
    map: bool,
    items: Vec<Value>,
}

impl Builder<'_> {
    fn byte(&self, marker: &Marker) -> usize {
        *self
            .places
            .get(marker.index())
            .unwrap_or(&self.source.len())
    }

    fn name(&self, anchor: usize) -> String {
        format!("&{}:{anchor}", self.document_number)
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        let at = self.byte(&span.start);
        match event {
            Event::DocumentStart(_) => self.document_number += 1,
            Event::MappingStart(anchor, _) => self.begin(anchor, true),
            Event::SequenceStart(anchor, _) => self.begin(anchor, false),
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Alias(anchor) => {
                let name = self.name(anchor);
                self.add(Value::Name(name));
            }
            Event::Scalar(value, style, anchor, _) => {
                let end = self.byte(&span.end);
                let value = scalar(self.source, &value, style, at..end.max(at));
                self.anchored(value, anchor);
            }
            _ => {}
        }
    }

    fn begin(&mut self, anchor: usize, map: bool) {
        let items = Vec::new();
        self.open.push(Open { anchor, map, items });
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = match open.map {
            true => map(open.items),
            false => Value::Many(open.items),
        };
        self.anchored(value, open.anchor);
    }

    /// A value with an anchor is its definition, and where it stands a name.
    fn anchored(&mut self, value: Value, anchor: usize) {
        if anchor == 0 || matches!(value, Value::Text(_)) {
            return self.add(value);
        }
        let name = self.name(anchor);
        self.document.define(&name, value);
        self.add(Value::Name(name));
    }

    fn add(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(open) => open.items.push(value),
            None => self.document.values.push(value),
        }
    }

    /// What is still open after an error has been read so far.
    fn finish(&mut self) {
        while !self.open.is_empty() {
            self.end();
        }
    }
}

fn map(items: Vec<Value>) -> Value {
    let mut entries = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        let key = match key {
            Value::Text(text) if text.value == "<<" && text.plain => Key::Spread,
            Value::Text(text) => Key::Text(text),
            _ => Key::Unknown,
        };
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

/// What fills a template in before it is YAML's: GitHub's and Azure Pipelines' expressions, Jinja, envsubst.
const COMPUTED: [&str; 4] = ["{{", "${", "$(", "$["];

fn scalar(source: &str, value: &str, style: ScalarStyle, span: Range<usize>) -> Value {
    let plain = style == ScalarStyle::Plain;
    let nothing = plain && matches!(value, "" | "~" | "null" | "Null" | "NULL");
    if nothing || COMPUTED.iter().any(|mark| value.contains(mark)) {
        return Value::Unknown;
    }
    let inner = within_quotes(source, style, span);
    let raw = source.get(inner.clone()).unwrap_or_default();
    let at = match raw == value {
        true => value
            .char_indices()
            .map(|(at, _)| inner.start + at)
            .collect(),
        // A backslash may stand for anything.
        false if style == ScalarStyle::DoubleQuoted && raw.contains('\\') => Vec::new(),
        false => beside(value, raw, inner.start),
    };
    Value::Text(Text {
        value: value.to_string(),
        at,
        span: inner,
        plain,
        bare: false,
    })
}

/// A scalar's text; the parser's span may reach past the last quote.
fn within_quotes(source: &str, style: ScalarStyle, span: Range<usize>) -> Range<usize> {
    let quote = match style {
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        _ => return span,
    };
    let text = source.get(span.clone()).unwrap_or_default();
    match (text.find(quote), text.rfind(quote)) {
        (Some(first), Some(last)) if first < last => span.start + first + 1..span.start + last,
        _ => span,
    }
}

/// The value laid beside its source, where they differ by line breaks, indentation and doubled quotes only.
fn beside(value: &str, raw: &str, from: usize) -> Vec<usize> {
    let mut at = Vec::with_capacity(value.len());
    let mut rest = raw.char_indices().peekable();
    for letter in value.chars() {
        while let Some((_, seen)) = rest.peek()
            && *seen != letter
            && (seen.is_whitespace() && !letter.is_whitespace() || *seen == '\'')
        {
            rest.next();
        }
        match rest.peek() {
            Some((place, seen)) if *seen == letter || letter.is_whitespace() => {
                at.push(from + place);
                if seen.is_whitespace() || *seen == letter {
                    rest.next();
                }
            }
            None if letter.is_whitespace() => at.push(from + raw.len()),
            _ => return Vec::new(),
        }
    }
    at
}
