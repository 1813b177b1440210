//! What the host emulator cannot do, and what is wrong with what it was given.

use crate::schedule::ScheduleError;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum HostError {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("the handler: {0}")]
    Handler(#[from] HandlerError),
    #[error("a queue: {0}")]
    Queue(#[from] QueueError),
    #[error("Azurite: {0}")]
    Azurite(#[from] AzuriteError),
    #[error("no free port: {0}")]
    Port(io::Error),
}

/// What is wrong with a packaged app.
#[derive(Debug, Error)]
pub enum AppError {
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    Json {
        path: PathBuf,
        error: serde_json::Error,
    },
    #[error("host.json: {0}")]
    Host(HostFileError),
    #[error("{function}/function.json: {error}")]
    Function {
        function: String,
        error: FunctionFileError,
    },
    #[error("{schedule}: {error}")]
    Schedule {
        schedule: String,
        error: ScheduleError,
    },
}

#[derive(Debug, Error)]
pub enum HostFileError {
    #[error("version is not 2.0")]
    Version,
    #[error("customHandler.description.defaultExecutablePath is missing")]
    NoExecutable,
    #[error("queues need the extension bundle, and there is none")]
    NoBundle,
}

#[derive(Debug, Error)]
pub enum FunctionFileError {
    #[error("there are no bindings")]
    NoBindings,
    #[error("a binding has no {0}")]
    Missing(&'static str),
    #[error("%{0}% is not among the app settings")]
    NoSetting(String),
    #[error("the host emulator knows no binding of type {0}")]
    UnknownBinding(String),
    #[error("the authLevel {0} is none of anonymous, function and admin")]
    UnknownLevel(String),
    #[error("there are two triggers")]
    TwoTriggers,
    #[error("there is no trigger")]
    NoTrigger,
    #[error("HTTP is forwarded only to a function of one trigger and one output")]
    NotForwarded,
}

/// Why no handler answers.
#[derive(Debug, Error)]
pub enum HandlerError {
    #[error("there is none")]
    None,
    #[error("{}: {error}", .program.display())]
    NotStarted { program: PathBuf, error: io::Error },
    #[error(
        "it failed {times} times, the last time with {status}, so the host has stopped: {printed}"
    )]
    Crashed {
        times: usize,
        status: ExitStatus,
        printed: String,
    },
    #[error("the host has ended")]
    HostEnded,
    #[error("{0}")]
    BrokeOff(io::Error),
}

#[derive(Debug, Error)]
pub enum QueueError {
    #[error("there are none")]
    None,
    #[error("{queue}: a list of messages: {error}")]
    List {
        queue: String,
        error: quick_xml::DeError,
    },
    #[error("{0}: no count of messages")]
    NoCount(String),
    #[error("{queue}: a message of {length} bytes, which is more than a queue takes")]
    TooLong { queue: String, length: usize },
    #[error("{path}: {error}")]
    Unreachable { path: String, error: reqwest::Error },
    #[error("{path}: {status}: {text}")]
    Refused {
        path: String,
        status: reqwest::StatusCode,
        text: String,
    },
}

/// Why a message has no text.
#[derive(Debug, Error)]
pub enum MessageError {
    #[error(transparent)]
    Base64(#[from] base64::DecodeError),
    #[error(transparent)]
    Utf8(#[from] std::string::FromUtf8Error),
}

#[derive(Debug, Error)]
pub enum AzuriteError {
    #[error("{program} is neither in {folder} nor in PATH: `npm ci --prefix tests` installs it")]
    Missing {
        program: &'static str,
        folder: &'static str,
    },
    #[error("no shell: {0}")]
    NoShell(io::Error),
    #[error("{} did not start; it printed: {printed}", .program.display())]
    NotStarted { program: PathBuf, printed: String },
}
