//! The command line, thin: it reads settings, opens what a command works with and prints what comes of it.

#[cfg(feature = "completions")]
use clap::CommandFactory;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

mod cli;
#[cfg(feature = "simulator")]
mod demo;

#[derive(Parser)]
#[command(name = "lamplighter", version = cli::version(), about, long_about = None)]
#[command(
    after_help = "Settings come from the environment; `lamplighter settings` lists them.\n\
    Exit codes: 0 done, 1 something failed or is unsettled, 2 wrong usage or settings."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer the Functions host: the timer's sweeps and the health page
    Serve,
    /// Observe every resource once, stop and start what is due, and report it
    Sweep(cli::sweep::Args),
    /// Why a resource is, was or will be left, stopped or started
    Explain(cli::explain::Args),
    /// What tags say, in words, with the week to come and whatever looks like a slip
    Lint(cli::lint::Args),
    /// What would be stopped and started in a period, and what that is worth at most
    Replay(cli::replay::Args),
    /// What was stopped, left and saved, from the ledger alone
    Report(cli::report::Args),
    /// What tags would have saved in the last weeks without stopping anybody in use, from the ledger alone
    Recommend(cli::recommend::Args),
    /// Whether everything is there that a sweep needs, a line for each thing, with what to do; changes nothing
    Doctor(cli::doctor::Args),
    /// What an hour of a size costs in a region, by which source, and why not by the others
    Prices(cli::prices::Args),
    /// Two weeks of a believable fleet on the embedded simulator
    #[cfg(feature = "simulator")]
    Demo(demo::Args),
    /// Azure in a box, on loopback
    #[cfg(feature = "simulator")]
    Simulator(lamplighter_simulator::Options),
    /// Every setting, with its value in force, its default and what it means; and the rights that are needed
    Settings(cli::settings::Args),
    /// Run a laid-out app on an emulator of the Functions host, with queues of Azurite
    #[cfg(feature = "simulator")]
    Host(cli::host::Args),
    /// Lay out the app root as the Functions host needs it
    Package(cli::package::Args),
    /// What a shell completes after `lamplighter`, as that shell reads it
    #[cfg(feature = "completions")]
    Completions(cli::completions::Args),
    /// The manual page; or that of every command, into a folder
    #[cfg(feature = "completions")]
    Man(cli::man::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve => cli::serve::run(),
        Command::Sweep(args) => cli::sweep::run(args),
        Command::Explain(args) => cli::explain::run(args),
        Command::Lint(args) => cli::lint::run(args),
        Command::Replay(args) => cli::replay::run(args),
        Command::Report(args) => cli::report::run(args),
        Command::Recommend(args) => cli::recommend::run(args),
        Command::Doctor(args) => cli::doctor::run(args),
        Command::Prices(args) => cli::prices::run(args),
        #[cfg(feature = "simulator")]
        Command::Demo(args) => cli::demo::run(args),
        #[cfg(feature = "simulator")]
        Command::Simulator(options) => cli::simulator::run(options),
        Command::Settings(args) => cli::settings::run(args),
        #[cfg(feature = "simulator")]
        Command::Host(args) => cli::host::run(args),
        Command::Package(args) => cli::package::run(args),
        #[cfg(feature = "completions")]
        Command::Completions(args) => cli::completions::run(args, Cli::command()),
        #[cfg(feature = "completions")]
        Command::Man(args) => cli::man::run(args, Cli::command()),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            cli::complain(&failure.to_string());
            failure.code()
        }
    }
}
