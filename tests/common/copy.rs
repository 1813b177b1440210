//! This test program, started again to play a part in a process of its own: one test alone, which its environment tells
//! that it is the copy.

use std::process::Command;

/// Runs the test `name` of the module that `module_path!()` names.
pub fn of(module: &str, name: &str) -> Command {
    // Tests are known by their paths below the program's root.
    let module = module.split_once("::").map_or("", |(_, path)| path);
    let mut command = Command::new(std::env::current_exe().expect("a test knows its own path"));
    command.args(["--exact", &format!("{module}::{name}"), "--nocapture"]);
    command
}
