//! `docs/explain.md`: what it shows is what is printed.

use super::{run, run_with};

const PAGE: &str = include_str!("../../docs/explain.md");

/// The lines of the fenced blocks after which the page names a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut rest = PAGE;
    while let Some((_, block)) = rest.split_once(&format!("```{language}\n")) {
        let (block, after) = block.split_once("```").expect("a block ends");
        found.push(block);
        rest = after;
    }
    found
}

#[test]
fn the_commands_print_what_the_page_shows() {
    let blocks = blocks("console");
    assert!(blocks.len() >= 2);
    for block in blocks {
        let (command, expected) = block
            .split_once('\n')
            .expect("a command and what it prints");
        let command = command
            .strip_prefix("$ lamplighter ")
            .expect("a command of ours");
        let mut args = Vec::new();
        // Single quotes hold what has spaces.
        for (index, part) in command.split('\'').enumerate() {
            match index % 2 {
                1 => args.push(part),
                _ => args.extend(part.split_whitespace()),
            }
        }
        let printed = run(&args);
        assert_eq!(printed.stdout.trim_end(), expected.trim_end(), "{command}");
    }
}

#[test]
fn the_lines_are_answered_as_the_page_shows() {
    let lines: Vec<&str> = blocks("jsonl")
        .iter()
        .flat_map(|block| block.lines())
        .collect();
    assert!(lines.len() >= 4 && lines.len().is_multiple_of(2));
    let (input, expected) = lines.split_at(lines.len() / 2);
    let printed = run_with(&["explain", "--batch"], &[], input.join("\n").as_bytes());
    let told: Vec<&str> = printed.stdout.lines().collect();
    assert_eq!(told, expected);
}
