//! Terraform and OpenTofu: resources, locals, variables, and `*.tfvars`.

use crate::syntax::{Quoted, Reader, child, children, first_of, parse};
use crate::text::{Escapes, Text};
use crate::value::{Document, Entry, Key, Role, Value};
use lamplighter_core::policy::Target;
use std::ops::Range;
use tree_sitter::Node;

pub(crate) fn read(source: &str) -> Document {
    let mut reader = Reader::new(source);
    let Some(tree) = parse(source, &tree_sitter_hcl::LANGUAGE.into()) else {
        reader.document.unread.push(0..source.len());
        return reader.document;
    };
    let value = any(&mut reader, tree.root_node());
    reader.document.values.push(value);
    reader.document
}

/// What computes within a template.
const COMPUTED: [&str; 4] = [
    "template_interpolation",
    "template_directive",
    "template_if",
    "template_for",
];

fn any(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    reader.within(node, |reader| match node.kind() {
        "body" => body(reader, node),
        "block" => block(reader, node),
        "object" => object(reader, node),
        "string_lit" | "quoted_template" => quoted(reader, node).value(),
        "heredoc_template" => heredoc(reader, node),
        "numeric_lit" | "bool_lit" => Value::Text(Text::verbatim(reader.source, node.byte_range())),
        "null_lit" | "identifier" | "get_attr" | "index" => Value::Unknown,
        "function_call" => match child(node, "function_arguments") {
            Some(arguments) => many(reader, arguments),
            None => Value::Unknown,
        },
        "expression" => match named(reader, node) {
            Some(name) => Value::Name(name),
            None => many(reader, node),
        },
        _ => many(reader, node),
    })
}

/// One child stands for itself.
fn many(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let mut values: Vec<Value> = children(node)
        .into_iter()
        .map(|child| any(reader, child))
        .collect();
    match values.len() {
        1 => values.remove(0),
        _ => Value::Many(values),
    }
}

/// `local.x`, `var.x`, `each.value`, whatever of them is taken.
fn named(reader: &Reader<'_>, node: Node<'_>) -> Option<String> {
    let parts = children(node);
    let family = parts
        .first()
        .filter(|part| part.kind() == "variable_expr")?;
    let family = reader.text(*family);
    let name = parts.get(1).filter(|part| part.kind() == "get_attr")?;
    let name = reader.text(*name).trim_start_matches('.').trim();
    match family {
        "local" | "var" | "each" => Some(format!("{family}.{name}").to_lowercase()),
        _ => None,
    }
}

/// The attributes and blocks of a body, as a map.
fn body(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(node) {
        let name = child(part, "identifier");
        let key = name.map(|name| Key::Text(Text::verbatim(reader.source, name.byte_range())));
        let value = match part.kind() {
            "attribute" => many_after(reader, part),
            _ => any(reader, part),
        };
        let key = key.unwrap_or(Key::Unknown);
        if let (Key::Text(name), "attribute") = (&key, part.kind())
            && name.value == "for_each"
        {
            reader.document.define("each.value", value.clone());
        }
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

/// An attribute's expression.
fn many_after(reader: &mut Reader<'_>, attribute: Node<'_>) -> Value {
    let expression = child(attribute, "expression");
    match expression {
        Some(expression) => any(reader, expression),
        None => any(reader, attribute),
    }
}

fn block(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let parts = children(node);
    let kind = parts.first().map_or("", |kind| reader.text(*kind));
    let mut labels = Vec::new();
    for part in &parts {
        match part.kind() {
            "string_lit" => match quoted(reader, *part) {
                Quoted::Text(text) => labels.push(text.value),
                Quoted::Begins(..) => labels.push(String::new()),
            },
            // What could not be understood is noted.
            _ if part.is_error() => drop(any(reader, *part)),
            _ => {}
        }
    }
    let body = child(node, "body").map_or(Value::Unknown, |body| any(reader, body));
    let label = labels.first().map_or("", String::as_str);
    match (kind, body) {
        ("locals", Value::Map(entries)) => {
            define(reader, "local", entries);
            Value::Unknown
        }
        ("variable", body) => {
            reader.document.define(&format!("var.{label}"), body);
            Value::Unknown
        }
        ("resource", body) => Value::Resource(role(label), Box::new(body)),
        (_, body) => body,
    }
}

fn define(reader: &mut Reader<'_>, family: &str, entries: Vec<Entry>) {
    for entry in entries {
        if let Key::Text(name) = &entry.key {
            reader
                .document
                .define(&format!("{family}.{}", name.value), entry.value);
        }
    }
}

/// By the provider's name of a type; of others (azapi), the attribute `type` says it.
pub(crate) fn role(name: &str) -> Role {
    match name {
        "azurerm_machine_learning_compute_instance" => Role::Of(Target::Instance),
        "azurerm_machine_learning_compute_cluster" => Role::Of(Target::Cluster),
        "azurerm_linux_virtual_machine"
        | "azurerm_windows_virtual_machine"
        | "azurerm_virtual_machine" => Role::Of(Target::Vm),
        "azurerm_kubernetes_cluster" => Role::Of(Target::Aks),
        "azurerm_machine_learning_inference_cluster" | "azurerm_machine_learning_synapse_spark" => {
            Role::Compute
        }
        "azurerm_machine_learning_workspace" => Role::Workspace,
        "azurerm_resource_group" => Role::ResourceGroup,
        _ if is_foreign(name) => Role::Foreign,
        _ => Role::Other,
    }
}

/// Whether a provider's name of a type says that it is no concern of machine learning.
fn is_foreign(name: &str) -> bool {
    // Workspaces by another name, what belongs to them, subscriptions, and what holds the tags of others.
    const OF_OTHERS: [&str; 4] = [
        "azurerm_machine_learning_",
        "azurerm_ai_foundry",
        "azurerm_subscription",
        "azurerm_resource_",
    ];
    let providers = ["azurerm_", "aws_", "google_"];
    providers.iter().any(|provider| name.starts_with(provider))
        && !OF_OTHERS.iter().any(|other| name.starts_with(other))
        && !name.contains("template_deployment")
        && !name.contains("policy")
        && !name.contains("managed_application")
}

fn object(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    let mut entries = Vec::new();
    for part in children(node) {
        let sides = (
            part.child_by_field_name("key"),
            part.child_by_field_name("val"),
        );
        let (key, value) = match sides {
            (Some(key), Some(value)) => (self::key(reader, key), any(reader, value)),
            _ if part.kind() == "object_elem" || part.is_error() => {
                (Key::Unknown, any(reader, part))
            }
            _ => continue,
        };
        entries.push(Entry { key, value });
    }
    Value::Map(entries)
}

/// A name or a text; in parentheses, something computed.
fn key(reader: &Reader<'_>, node: Node<'_>) -> Key {
    if reader.text(node).starts_with('(') {
        return Key::Unknown;
    }
    let mut inner = node;
    loop {
        match (inner.kind(), children(inner)[..].to_vec()) {
            ("string_lit" | "quoted_template", _) => return quoted(reader, inner).key(),
            ("variable_expr", _) => {
                return Key::Text(Text::verbatim(reader.source, inner.byte_range()));
            }
            (_, parts) if parts.len() == 1 => inner = parts[0],
            _ => return Key::Unknown,
        }
    }
}

fn quoted(reader: &Reader<'_>, node: Node<'_>) -> Quoted {
    let span = node.byte_range();
    let text = reader.text(node);
    if text.len() < 2 || !text.starts_with('"') || !text.ends_with('"') {
        return Quoted::Begins(String::new(), span);
    }
    reader.quoted(
        span.start + 1..span.end - 1,
        Escapes::Hcl,
        first_of(node, &COMPUTED),
    )
}

/// The lines between `<<EOT` and `EOT`; with `<<-` less what all of them are indented by.
fn heredoc(reader: &mut Reader<'_>, node: Node<'_>) -> Value {
    if first_of(node, &COMPUTED).is_some() {
        return Value::Unknown;
    }
    let text = reader.text(node);
    let (Some(first), Some(last)) = (text.find('\n'), text.rfind('\n')) else {
        return Value::Unknown;
    };
    let inner: Range<usize> =
        node.start_byte() + first + 1..node.start_byte() + last.max(first) + 1;
    let Some(mut text) = crate::text::decode(reader.source, inner.clone(), Escapes::Heredoc) else {
        return Value::Unknown;
    };
    if reader.text(node).starts_with("<<-") {
        let lines = reader.source[inner]
            .lines()
            .filter(|line| !line.trim().is_empty());
        let least = lines
            .map(|line| line.len() - line.trim_start().len())
            .min()
            .unwrap_or(0);
        unindent(&mut text, least);
    }
    Value::Text(text)
}

fn unindent(text: &mut Text, by: usize) {
    let mut column = 0;
    let kept: Vec<(char, usize)> = text
        .value
        .chars()
        .zip(text.at.iter().copied())
        .filter(|(letter, _)| {
            let keep = column >= by || !matches!(letter, ' ' | '\t');
            column = if *letter == '\n' { 0 } else { column + 1 };
            keep
        })
        .collect();
    (text.value, text.at) = kept.into_iter().unzip();
}
