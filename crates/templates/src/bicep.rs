//! Bicep: templates and parameter files.

use crate::bicep_newer::{self, Older};
use crate::syntax::{Quoted, Reader, child, children, first_of, parse};
use crate::text::{Escapes, Text};
use crate::value::{Document, Entry, Key, Role, Value};
use tree_sitter::Node;

pub(crate) fn read(source: &str) -> Document {
    let older = bicep_newer::rewritten(source);
    let mut reader = Reader::new(source);
    let Some(tree) = parse(&older.text, &tree_sitter_bicep::LANGUAGE.into()) else {
        reader.document.unread.push(0..source.len());
        return reader.document;
    };
    let value = any(&mut reader, &older, tree.root_node());
    reader.document.values.push(value);
    reader.document
}

fn any(reader: &mut Reader<'_>, older: &Older, node: Node<'_>) -> Value {
    reader.within(node, |reader| match node.kind() {
        "object" => object(reader, older, node),
        "string" => string(reader, older, node).value(),
        "number" | "boolean" => Value::Text(Text::verbatim(reader.source, node.byte_range())),
        "null" => Value::Unknown,
        "identifier" | "compatible_identifier" => Value::Name(reader.text(node).to_lowercase()),
        "member_expression" | "subscript_expression" => {
            let object = node
                .child_by_field_name("object")
                .or_else(|| node.named_child(0));
            object.map_or(Value::Unknown, |object| any(reader, older, object))
        }
        "call_expression" => match node.child_by_field_name("arguments") {
            Some(arguments) => many(reader, older, children(arguments)),
            None => Value::Unknown,
        },
        "resource_declaration" => resource(reader, older, node),
        "parameter_declaration" | "variable_declaration" => {
            declared(reader, older, node);
            Value::Unknown
        }
        // Types say what may be written, not what is.
        "type" | "type_declaration" | "decorators" | "parameters" | "property_identifier" => {
            Value::Unknown
        }
        _ => many(reader, older, children(node)),
    })
}

fn many(reader: &mut Reader<'_>, older: &Older, nodes: Vec<Node<'_>>) -> Value {
    Value::Many(
        nodes
            .into_iter()
            .map(|node| any(reader, older, node))
            .collect(),
    )
}

/// A variable, or a parameter's default.
fn declared(reader: &mut Reader<'_>, older: &Older, node: Node<'_>) {
    let parts = children(node);
    let Some(name) = parts.iter().find(|part| part.kind() == "identifier") else {
        return;
    };
    // After the equals sign; what stands before it is a type.
    let mut cursor = node.walk();
    let equals = node.children(&mut cursor).find(|part| part.kind() == "=");
    let Some(equals) = equals else { return };
    let after = parts
        .iter()
        .filter(|part| part.start_byte() >= equals.end_byte());
    let value = many(reader, older, after.copied().collect());
    reader.document.define(reader.text(*name), value);
}

fn resource(reader: &mut Reader<'_>, older: &Older, node: Node<'_>) -> Value {
    let role = child(node, "string").map(|name| string(reader, older, name));
    let role = match role {
        Some(Quoted::Text(name)) => Role::of_arm(&name.value),
        _ => Role::Other,
    };
    let parts = children(node).into_iter();
    let parts = parts.filter(|part| !matches!(part.kind(), "identifier" | "string"));
    let body = many(reader, older, parts.collect());
    Value::Resource(role, Box::new(body))
}

fn object(reader: &mut Reader<'_>, older: &Older, node: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(node) {
        let sides = children(part);
        let (key, value) = match sides[..] {
            [key, value] if part.kind() == "object_property" => {
                let key = match key.kind() {
                    _ if older.spreads.contains(&part.start_byte()) => Key::Spread,
                    "string" => string(reader, older, key).key(),
                    "identifier" | "compatible_identifier" => {
                        Key::Text(Text::verbatim(reader.source, key.byte_range()))
                    }
                    _ => Key::Unknown,
                };
                (key, any(reader, older, value))
            }
            // A resource within a resource; a loop; what was not understood.
            _ => (Key::Unknown, any(reader, older, part)),
        };
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

fn string(reader: &Reader<'_>, older: &Older, node: Node<'_>) -> Quoted {
    let span = node.byte_range();
    let text = reader.text(node);
    if text.len() >= 6 && text.starts_with("'''") {
        let mut inner = span.start + 3..span.end - 3;
        // A line break right after the quotes is not part of the text.
        let skipped = ["\r\n", "\n"].into_iter();
        let skipped = skipped.map(|end| (end, reader.source[inner.clone()].starts_with(end)));
        inner.start += skipped
            .filter(|(_, is)| *is)
            .map(|(end, _)| end.len())
            .next()
            .unwrap_or(0);
        let computed = older.interpolated.contains(&span.start) && text.contains("${");
        return reader.quoted(
            inner.clone(),
            Escapes::None,
            computed.then_some(inner.start),
        );
    }
    if text.len() < 2 {
        return Quoted::Begins(String::new(), span);
    }
    reader.quoted(
        span.start + 1..span.end - 1,
        Escapes::Bicep,
        first_of(node, &["interpolation"]),
    )
}
