//! Python: tags given to azure-ai-ml, and to whatever else takes `tags`.

use crate::syntax::{Quoted, Reader, children, first_of, parse};
use crate::text::{Escapes, Text};
use crate::value::{Document, Entry, Key, Role, Value};
use lamplighter_core::policy::Target;
use tree_sitter::Node;

pub(crate) fn read(source: &str) -> Document {
    let mut reader = Reader::new(source);
    let Some(tree) = parse(source, &tree_sitter_python::LANGUAGE.into()) else {
        reader.document.unread.push(0..source.len());
        return reader.document;
    };
    let value = any(&mut reader, tree.root_node());
    reader.document.values.push(value);
    reader.document
}

fn any(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    reader.within(node, |reader| match node.kind() {
        "dictionary" => dictionary(reader, node),
        "string" | "concatenated_string" => string(reader, node).value(),
        "integer" | "float" | "true" | "false" => {
            Value::Text(Text::verbatim(reader.source, node.byte_range()))
        }
        "none" | "type" | "parameters_type" => Value::Unknown,
        "identifier" | "attribute" => match last_name(reader, node) {
            Some(name) => Value::Name(name.to_lowercase()),
            None => many(reader, node),
        },
        "call" => call(reader, node),
        "import_from_statement" => {
            imported(reader, node);
            Value::Unknown
        }
        "assignment" | "augmented_assignment" => {
            assigned(reader, node, "left", "right");
            Value::Unknown
        }
        "named_expression" | "default_parameter" | "typed_default_parameter" => {
            assigned(reader, node, "name", "value");
            Value::Unknown
        }
        _ => many(reader, node),
    })
}

fn many(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    Value::Many(
        children(node)
            .into_iter()
            .map(|child| any(reader, child))
            .collect(),
    )
}

/// `from azure.mgmt.web.models import Site` tells what a `Site` is.
fn imported(reader: &mut Reader<'_>, node: Node<'_>) {
    // Deployments, policies and what sets tags are of `resource`.
    const OF_OTHERS: [&str; 5] = [
        "machinelearningservices",
        "resource",
        "subscription",
        "managementgroups",
        "managedapplications",
    ];
    let Some(module) = node.child_by_field_name("module_name") else {
        return;
    };
    let service = reader.text(module).strip_prefix("azure.mgmt.");
    let service = service.and_then(|rest| rest.split('.').next());
    if service.is_none_or(|service| OF_OTHERS.contains(&service)) {
        return;
    }
    let mut cursor = node.walk();
    for name in node.children_by_field_name("name", &mut cursor) {
        let name = name.child_by_field_name("alias").unwrap_or(name);
        reader.foreign.insert(reader.text(name));
    }
}

/// `x`, and the `x` of `a.b.x`.
fn last_name<'a>(reader: &Reader<'a>, node: Node<'_>) -> Option<&'a str> {
    match node.kind() {
        "identifier" => Some(reader.text(node)),
        "attribute" => node
            .child_by_field_name("attribute")
            .map(|name| reader.text(name)),
        _ => None,
    }
}

/// `x = …`, `x |= …`, `x["name"] = …`: what `x` stands for, in part.
fn assigned(reader: &mut Reader<'_>, node: Node<'_>, left: &str, right: &str) {
    let sides = (
        node.child_by_field_name(left),
        node.child_by_field_name(right),
    );
    let (Some(left), Some(right)) = sides else {
        return;
    };
    let value = any(reader, right);
    if let Some(name) = last_name(reader, left) {
        reader.document.define(name, value);
        return;
    }
    let parts = (
        left.child_by_field_name("value"),
        left.child_by_field_name("subscript"),
    );
    match (left.kind(), parts) {
        ("subscript", (Some(of), Some(key))) => {
            if let Some(name) = last_name(reader, of) {
                let entry = Entry {
                    key: self::key(reader, key),
                    value,
                };
                reader.document.define(name, Value::Map(vec![entry]));
            }
        }
        _ => reader.document.values.push(value),
    }
}

fn dictionary(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(node) {
        let sides = (
            part.child_by_field_name("key"),
            part.child_by_field_name("value"),
        );
        let (key, value) = match (part.kind(), sides) {
            ("pair", (Some(key), Some(value))) => (self::key(reader, key), any(reader, value)),
            ("dictionary_splat", _) => (Key::Spread, many(reader, part)),
            _ => (Key::Unknown, any(reader, part)),
        };
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

fn key(reader: &Reader<'_>, node: Node<'_>) -> Key {
    match node.kind() {
        "string" | "concatenated_string" => string(reader, node).key(),
        _ => Key::Unknown,
    }
}

/// A call's arguments: those with names are entries of a map.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let function = node.child_by_field_name("function");
    let arguments = node.child_by_field_name("arguments");
    let (Some(function), Some(arguments)) = (function, arguments) else {
        return many(reader, node);
    };
    let name = last_name(reader, function).unwrap_or_default();
    let object = function.child_by_field_name("object");
    let (mut values, mut entries) = (Vec::new(), Vec::new());
    for part in children(arguments) {
        let sides = (
            part.child_by_field_name("name"),
            part.child_by_field_name("value"),
        );
        match (part.kind(), sides) {
            ("keyword_argument", (Some(name), Some(value))) => entries.push(Entry {
                key: Key::Text(Text::verbatim(reader.source, name.byte_range())),
                value: any(reader, value),
            }),
            ("dictionary_splat", _) => entries.push(Entry {
                key: Key::Spread,
                value: many(reader, part),
            }),
            ("list", _) if name == "dict" => values.push(pairs(reader, part)),
            _ => values.push(any(reader, part)),
        }
    }
    if name == "setdefault" {
        let first = children(arguments).into_iter().next();
        if let (Some(first), Some(value)) = (first, values.pop()) {
            let key = key(reader, first);
            values = vec![Value::Map(vec![Entry { key, value }])];
        }
    }
    values.push(Value::Map(entries));
    let value = called(reader, name, object, Value::Many(values));
    match (name, object) {
        ("update" | "setdefault", Some(object)) => match last_name(reader, object) {
            Some(changed) => {
                reader.document.define(changed, value);
                Value::Unknown
            }
            None => value,
        },
        // `x.copy()` is what `x` is.
        (_, Some(object)) => Value::Many(vec![any(reader, object), value]),
        _ => value,
    }
}

/// By the names of azure-ai-ml's classes, and of those that were imported from elsewhere.
fn called(reader: &Reader<'_>, name: &str, of: Option<Node<'_>>, arguments: Value) -> Value {
    let of = of.and_then(|of| last_name(reader, of)).unwrap_or_default();
    let role = match name {
        _ if [name, of].iter().any(|one| reader.foreign.contains(one)) => Role::Foreign,
        "ManagedOnlineDeployment" => Role::Of(Target::Deployment),
        "ManagedOnlineEndpoint" => Role::Endpoint,
        // Of the names that end so, each is a class of computes.
        _ if name.ends_with("Compute") => Role::of_compute(name).unwrap_or(Role::Compute),
        "Workspace" | "Hub" | "Project" => Role::Workspace,
        "ResourceGroup" => Role::ResourceGroup,
        _ => match Role::of_compute(name) {
            Some(role) => role,
            None => return arguments,
        },
    };
    Value::Resource(role, Box::new(arguments))
}

/// `dict([("name", "value")])`.
fn pairs(reader: &mut Reader<'_>, list: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(list) {
        let (key, value) = match children(part)[..] {
            [key, value] if part.kind() == "tuple" => (self::key(reader, key), any(reader, value)),
            _ => (Key::Unknown, any(reader, part)),
        };
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

fn string(reader: &Reader<'_>, node: Node<'_>) -> Quoted {
    if node.kind() == "string" {
        return one(reader, node);
    }
    let mut whole: Option<Text> = None;
    for part in children(node) {
        match (one(reader, part), &mut whole) {
            (Quoted::Text(text), None) => whole = Some(text),
            (Quoted::Text(text), Some(whole)) => whole.join(text),
            (Quoted::Begins(begins, _), whole) => {
                let before = whole.take().map_or_else(String::new, |text| text.value);
                return Quoted::Begins(before + &begins, node.byte_range());
            }
        }
    }
    match whole {
        Some(text) => Quoted::Text(text),
        None => Quoted::Begins(String::new(), node.byte_range()),
    }
}

/// One literal, by its letters before the quotes: raw, formatted, bytes.
fn one(reader: &Reader<'_>, node: Node<'_>) -> Quoted {
    let mut cursor = node.walk();
    let ends: Vec<Node<'_>> = node.children(&mut cursor).collect();
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return Quoted::Begins(String::new(), node.byte_range());
    };
    let letters = reader.text(*first).to_ascii_lowercase();
    let ended = first.kind() == "string_start" && last.kind() == "string_end";
    if !ended || letters.contains(['b', 't']) {
        return Quoted::Begins(String::new(), node.byte_range());
    }
    let inner = first.end_byte()..last.start_byte();
    let escapes = match letters.contains('r') {
        true => Escapes::None,
        false => Escapes::Python,
    };
    let formatted = letters.contains('f');
    let computed = first_of(node, &["interpolation"]);
    // Two braces are one in a formatted text.
    let braces = reader.source[inner.clone()].contains(['{', '}']);
    let computed = computed.or((formatted && braces).then_some(inner.start));
    reader.quoted(inner, escapes, computed)
}
