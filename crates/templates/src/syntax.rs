//! Tree-sitter's trees, and what could not be understood.

use crate::text::{Escapes, Text, decode};
use crate::value::{DEEPEST, Document, Key, Value};
use std::collections::HashSet;
use std::ops::Range;
use tree_sitter::{Node, Parser, Tree};

/// Parses a text. Nothing where the parser gives up, which it does for no text that it was tried with.
pub(crate) fn parse(text: &str, language: &tree_sitter::Language) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    parser.parse(text, None)
}

/// One file while it is read.
pub(crate) struct Reader<'a> {
    pub source: &'a str,
    pub document: Document,
    /// Names of types that are no concern of machine learning, where a language imports them.
    pub foreign: HashSet<&'a str>,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a str) -> Reader<'a> {
        Reader {
            source,
            document: Document::default(),
            foreign: HashSet::new(),
            depth: 0,
        }
    }

    pub fn text(&self, node: Node<'_>) -> &'a str {
        &self.source[node.byte_range()]
    }

    /// Reads a node one level deeper; what was not understood, or lies too deep, is noted instead.
    pub fn within(&mut self, node: Node<'_>, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if node.is_error() || self.depth >= DEEPEST {
            self.document.unread.push(node.byte_range());
            return Value::Unknown;
        }
        if node.is_missing() {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// A quoted text, or what it begins with if the rest is computed.
    pub fn quoted(&self, inner: Range<usize>, escapes: Escapes, computed: Option<usize>) -> Quoted {
        match computed {
            Some(at) => {
                let known = inner.start..at.clamp(inner.start, inner.end);
                let begins =
                    decode(self.source, known, escapes).map_or_else(String::new, |text| text.value);
                Quoted::Begins(begins, inner)
            }
            None => match decode(self.source, inner.clone(), escapes) {
                Some(text) => Quoted::Text(text),
                None => Quoted::Begins(String::new(), inner),
            },
        }
    }
}

/// A text in quotes.
pub(crate) enum Quoted {
    Text(Text),
    Begins(String, Range<usize>),
}

impl Quoted {
    pub fn key(self) -> Key {
        match self {
            Quoted::Text(text) => Key::Text(text),
            Quoted::Begins(begins, span) => Key::Begins(begins, span),
        }
    }

    pub fn value(self) -> Value {
        match self {
            Quoted::Text(text) => Value::Text(text),
            Quoted::Begins(..) => Value::Unknown,
        }
    }
}

/// The children that have names in the grammar, without comments.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| child.kind() != "comment").collect()
}

/// The first child of a kind.
pub(crate) fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node)
        .into_iter()
        .find(|child| child.kind() == kind)
}

/// Where a node's first child of one of these kinds begins.
pub(crate) fn first_of(node: Node<'_>, kinds: &[&str]) -> Option<usize> {
    let found = children(node)
        .into_iter()
        .find(|child| kinds.contains(&child.kind()));
    found.map(|child| child.start_byte())
}
