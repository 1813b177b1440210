//! ARM templates and their parameters, and Terraform written as JSON. Comments, trailing commas and line breaks in texts
//! are taken, as Azure takes them.

use crate::hcl;
use crate::syntax::{Quoted, Reader, children, parse};
use crate::text::{Escapes, Text};
use crate::value::{Document, Entry, Key, Role, Value};
use tree_sitter::Node;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Dialect {
    /// `[…]` computes.
    Arm,
    /// `${…}` and `%{…}` compute.
    Terraform,
}

pub(crate) fn read(source: &str, dialect: Dialect) -> Document {
    let mut reader = Reader::new(source);
    let Some(tree) = parse(&on_one_line(source), &tree_sitter_json::LANGUAGE.into()) else {
        reader.document.unread.push(0..source.len());
        return reader.document;
    };
    let value = any(&mut reader, dialect, tree.root_node());
    reader.document.values.push(value);
    reader.document
}

/// Line breaks within texts as blanks, which the grammar takes there; every byte stays in its place.
fn on_one_line(source: &str) -> String {
    let mut out = source.to_string().into_bytes();
    let (mut quoted, mut at) = (false, 0);
    while at < out.len() {
        match out[at] {
            b'"' => quoted = !quoted,
            b'\\' if quoted => at += 1,
            b'\n' | b'\r' | b'\t' if quoted => out[at] = b' ',
            b'/' if !quoted && out[at..].starts_with(b"//") => {
                at += out[at..].iter().take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'/' if !quoted && out[at..].starts_with(b"/*") => {
                let end = out[at + 2..].windows(2).position(|two| two == b"*/");
                at = end.map_or(out.len(), |end| at + 2 + end + 2);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(out).unwrap_or_else(|_| source.to_string())
}

fn any(reader: &mut Reader<'_>, dialect: Dialect, node: Node<'_>) -> Value {
    reader.within(node, |reader| match node.kind() {
        "object" => object(reader, dialect, node),
        "string" => match string(reader, node) {
            Quoted::Text(text) => computed(dialect, text),
            Quoted::Begins(..) => Value::Unknown,
        },
        "number" | "true" | "false" => {
            Value::Text(Text::verbatim(reader.source, node.byte_range()))
        }
        "null" => Value::Unknown,
        _ => {
            let parts = children(node).into_iter();
            Value::Many(parts.map(|part| any(reader, dialect, part)).collect())
        }
    })
}

fn string(reader: &Reader<'_>, node: Node<'_>) -> Quoted {
    let span = node.byte_range();
    match reader.text(node).len() {
        0 | 1 => Quoted::Begins(String::new(), span),
        _ => reader.quoted(span.start + 1..span.end - 1, Escapes::Json, None),
    }
}

/// A text, or the names that it computes with.
fn computed(dialect: Dialect, mut text: Text) -> Value {
    let value = text.value.as_str();
    match dialect {
        Dialect::Arm if value.starts_with("[[") => {
            text.value.remove(0);
            text.at.remove(0);
            Value::Text(text)
        }
        Dialect::Arm if value.starts_with('[') && value.ends_with(']') => {
            let of = |family: &str, begins: &str| names_in(value, begins, &format!("{family}."));
            let mut names = of("variables", "variables('");
            names.extend(of("parameters", "parameters('"));
            Value::Many(names)
        }
        Dialect::Terraform if value.contains("${") || value.contains("%{") => {
            let mut names = names_in(value, "local.", "local.");
            names.extend(names_in(value, "var.", "var."));
            Value::Many(names)
        }
        _ => Value::Text(text),
    }
}

/// Every name that follows `begins`.
fn names_in(text: &str, begins: &str, family: &str) -> Vec<Value> {
    let text = text.to_lowercase();
    let parts = text.split(begins).skip(1);
    let names = parts.map(|part| {
        let name = part
            .chars()
            .take_while(|c| c.is_alphanumeric() || "_-".contains(*c));
        Value::Name(format!("{family}{}", name.collect::<String>()))
    });
    names.collect()
}

fn object(reader: &mut Reader<'_>, dialect: Dialect, node: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(node) {
        let sides = (
            part.child_by_field_name("key"),
            part.child_by_field_name("value"),
        );
        let (Some(key), Some(value)) = sides else {
            let value = any(reader, dialect, part);
            entries.push(Entry {
                key: Key::Unknown,
                value,
            });
            continue;
        };
        let key = match string(reader, key) {
            Quoted::Text(text) => text,
            Quoted::Begins(..) => Text::verbatim(reader.source, key.byte_range()),
        };
        let value = any(reader, dialect, value);
        let value = of_key(reader, dialect, &key.value, value);
        entries.push(Entry {
            key: Key::Text(key),
            value,
        });
    }
    Value::Map(entries)
}

/// Definitions, and resources by type.
fn of_key(reader: &mut Reader<'_>, dialect: Dialect, key: &str, value: Value) -> Value {
    let family = match (dialect, key.to_ascii_lowercase().as_str()) {
        (Dialect::Arm, "variables") => "variables",
        (Dialect::Arm, "parameters") => "parameters",
        (Dialect::Terraform, "locals") => "local",
        (Dialect::Terraform, "variable") => "var",
        (Dialect::Terraform, name) if hcl::role(name) != Role::Other => {
            return Value::Resource(hcl::role(name), Box::new(value));
        }
        _ => return value,
    };
    let Value::Map(entries) = value else {
        return value;
    };
    for entry in entries {
        if let Key::Text(name) = &entry.key {
            reader
                .document
                .define(&format!("{family}.{}", name.value), entry.value);
        }
    }
    Value::Unknown
}
