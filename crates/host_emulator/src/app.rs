//! A packaged function app: host.json and the folders of its functions, as the host reads them.

use crate::error::{AppError, FunctionFileError, HostFileError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What host.json says where it says nothing.
const BATCH: u32 = 16;
const TRIES: u32 = 5;

#[derive(Clone, Debug)]
pub struct App {
    pub root: PathBuf,
    pub executable: PathBuf,
    pub arguments: Vec<String>,
    /// HTTP is forwarded as it comes.
    pub forwards: bool,
    pub timeout: Duration,
    pub queues: QueueRules,
    pub functions: BTreeMap<String, Function>,
}

/// `extensions.queues` of host.json.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueRules {
    pub batch: u32,
    /// More messages are taken while no more than this are worked on.
    pub threshold: u32,
    /// A message that has failed so often goes to the poison queue.
    pub tries: u32,
    /// How long a message that failed is not handed out.
    pub again_after: Duration,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub trigger: Trigger,
    /// The trigger's name in `Data`.
    pub name: String,
    /// Output queues by the name of the binding.
    pub outputs: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Six fields, seconds first, UTC.
    Timer(String),
    Queue(String),
    Http(Route),
}

/// Which callers' requests a function takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Below `/api/`; `{*path}` is all of it.
    pub path: String,
    /// In lower case.
    pub methods: Vec<String>,
    /// Callers must give the function key.
    pub keyed: bool,
}

impl Route {
    fn takes(&self, method: &str, path: &str) -> bool {
        let mut known = self.methods.iter();
        known.any(|one| one.eq_ignore_ascii_case(method))
            && (self.path == "{*path}" || self.path == path)
    }
}

impl App {
    /// Reads a folder that was packaged; `setting` gives the app settings that bindings name.
    pub fn read(root: &Path, setting: impl Fn(&str) -> Option<String>) -> Result<App, AppError> {
        // The handler is started in the app's folder, where a path that the caller gave means another place.
        let root = &std::path::absolute(root).map_err(|error| file_error(root, error))?;
        let host = json(&root.join("host.json"))?;
        if host["version"] != "2.0" {
            return Err(AppError::Host(HostFileError::Version));
        }
        let handler = &host["customHandler"];
        let executable = handler["description"]["defaultExecutablePath"]
            .as_str()
            .ok_or(AppError::Host(HostFileError::NoExecutable))?;
        let arguments = handler["description"]["arguments"].as_array();
        let arguments = arguments.into_iter().flatten();
        let queues = &host["extensions"]["queues"];
        let number = |name: &str, default: u32| {
            let value = queues[name]
                .as_u64()
                .and_then(|value| value.try_into().ok());
            value.unwrap_or(default)
        };
        let batch = number("batchSize", BATCH);
        let mut app = App {
            root: root.to_path_buf(),
            executable: root.join(executable),
            arguments: arguments
                .filter_map(|one| one.as_str().map(str::to_owned))
                .collect(),
            forwards: handler["enableForwardingHttpRequest"] == true,
            timeout: length(&host["functionTimeout"]).unwrap_or(Duration::from_secs(1800)),
            queues: QueueRules {
                batch,
                threshold: number("newBatchThreshold", batch / 2),
                tries: number("maxDequeueCount", TRIES),
                again_after: length(&queues["visibilityTimeout"]).unwrap_or_default(),
            },
            functions: BTreeMap::new(),
        };
        app.read_functions(&setting)?;
        let bundle = host["extensionBundle"]["id"] == "Microsoft.Azure.Functions.ExtensionBundle";
        let mut functions = app.functions.values();
        if !bundle
            && functions
                .any(|one| matches!(one.trigger, Trigger::Queue(_)) || !one.outputs.is_empty())
        {
            return Err(AppError::Host(HostFileError::NoBundle));
        }
        Ok(app)
    }

    /// Every folder that holds a `function.json` is a function.
    fn read_functions(
        &mut self,
        setting: &impl Fn(&str) -> Option<String>,
    ) -> Result<(), AppError> {
        let wrong = |error| file_error(&self.root, error);
        for entry in std::fs::read_dir(&self.root).map_err(wrong)? {
            let folder = entry.map_err(wrong)?.path();
            let file = folder.join("function.json");
            if !file.is_file() {
                continue;
            }
            let name = folder.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            match function(&json(&file)?, setting) {
                Ok(function) => self.functions.insert(name, function),
                Err(error) => {
                    return Err(AppError::Function {
                        function: name,
                        error,
                    });
                }
            };
        }
        Ok(())
    }

    /// The functions that queues trigger, with their queues.
    pub fn queue_functions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.functions
            .iter()
            .filter_map(|(name, one)| match &one.trigger {
                Trigger::Queue(queue) => Some((name.as_str(), queue.as_str())),
                _ => None,
            })
    }

    /// The function that takes a caller's request, and its route: the first in the alphabetical order of names, however
    /// much better another route fits.
    pub fn route(&self, method: &str, path: &str) -> Option<(&str, &Route)> {
        let path = path.split('?').next().unwrap_or_default();
        let path = path.strip_prefix("/api/").filter(|_| self.forwards)?;
        let mut functions = self.functions.iter();
        functions.find_map(|(name, one)| match &one.trigger {
            Trigger::Http(route) => route.takes(method, path).then_some((name.as_str(), route)),
            _ => None,
        })
    }
}

fn function(
    file: &Value,
    setting: &impl Fn(&str) -> Option<String>,
) -> Result<Function, FunctionFileError> {
    let bindings = file["bindings"].as_array();
    let bindings = bindings.ok_or(FunctionFileError::NoBindings)?;
    let text = |binding: &Value, name: &'static str| {
        let value = binding[name].as_str().map(str::to_owned);
        value.ok_or(FunctionFileError::Missing(name))
    };
    let (mut trigger, mut outputs) = (None, BTreeMap::new());
    for binding in bindings {
        let name = text(binding, "name")?;
        let found = match text(binding, "type")?.as_str() {
            "timerTrigger" => Trigger::Timer(resolved(&text(binding, "schedule")?, setting)?),
            "queueTrigger" => Trigger::Queue(text(binding, "queueName")?),
            "httpTrigger" => {
                let methods = binding["methods"].as_array().into_iter().flatten();
                let methods = methods.filter_map(|one| one.as_str().map(str::to_lowercase));
                Trigger::Http(Route {
                    path: text(binding, "route")?,
                    methods: methods.collect(),
                    keyed: keyed(binding)?,
                })
            }
            "queue" => {
                outputs.insert(name, text(binding, "queueName")?);
                continue;
            }
            "http" => continue,
            other => return Err(FunctionFileError::UnknownBinding(other.to_owned())),
        };
        if trigger.replace((found, name)).is_some() {
            return Err(FunctionFileError::TwoTriggers);
        }
    }
    let (trigger, name) = trigger.ok_or(FunctionFileError::NoTrigger)?;
    if matches!(trigger, Trigger::Http(..)) && bindings.len() != 2 {
        return Err(FunctionFileError::NotForwarded);
    }
    Ok(Function {
        trigger,
        name,
        outputs,
    })
}

/// Whether callers of an HTTP function must give its key: so unless it says otherwise.
fn keyed(binding: &Value) -> Result<bool, FunctionFileError> {
    match binding["authLevel"].as_str().unwrap_or("function") {
        "anonymous" => Ok(false),
        "function" | "admin" => Ok(true),
        other => Err(FunctionFileError::UnknownLevel(other.to_owned())),
    }
}

/// `%NAME%` becomes the app setting of that name.
fn resolved(
    text: &str,
    setting: &impl Fn(&str) -> Option<String>,
) -> Result<String, FunctionFileError> {
    match text
        .strip_prefix('%')
        .and_then(|text| text.strip_suffix('%'))
    {
        None => Ok(text.to_owned()),
        Some(name) => setting(name).ok_or_else(|| FunctionFileError::NoSetting(name.to_owned())),
    }
}

/// `hh:mm:ss`.
fn length(value: &Value) -> Option<Duration> {
    let parts: Vec<u64> = value
        .as_str()?
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    Some(Duration::from_secs(hours * 3600 + minutes * 60 + seconds))
}

fn json(path: &Path) -> Result<Value, AppError> {
    let text = std::fs::read_to_string(path).map_err(|error| file_error(path, error))?;
    serde_json::from_str(&text).map_err(|error| AppError::Json {
        path: path.to_path_buf(),
        error,
    })
}

fn file_error(path: &Path, error: std::io::Error) -> AppError {
    AppError::File {
        path: path.to_path_buf(),
        error,
    }
}
