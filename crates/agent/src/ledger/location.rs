//! The setting `LEDGER`, taken apart: a folder, or a blob container's URL.

use super::error::LedgerError;
use object_store::path::Path;
use std::path::PathBuf;
use url::{Host, Url};

/// The account that every Azurite has.
const EMULATOR_ACCOUNT: &str = "devstoreaccount1";

#[derive(Debug)]
pub(super) enum Location {
    Folder(PathBuf),
    Blob(Container),
}

/// A blob container, and where in it the ledger begins.
#[derive(Debug)]
pub(super) struct Container {
    /// Without the container: `https://acct.blob.core.windows.net`, `http://127.0.0.1:10000/devstoreaccount1`.
    pub endpoint: Url,
    pub account: String,
    pub name: String,
    /// Empty: the container itself.
    pub prefix: Path,
    pub access: Access,
}

/// How calls to the container prove who they are.
#[derive(PartialEq, Eq)]
pub(super) enum Access {
    /// Azurite over plain HTTP on this computer: its published key, which `object_store` knows.
    Emulator,
    /// The SAS of the URL's query, as name and value pairs.
    Sas(Vec<(String, String)>),
    /// A bearer token of the identity that Lamplighter runs as.
    Token,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Access::Emulator => "Emulator",
            Access::Sas(_) => "Sas(REDACTED)",
            Access::Token => "Token",
        })
    }
}

/// What is wrong with a location.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("the location is empty")]
    Empty,
    #[error("the URL cannot be read ({0})")]
    Url(url::ParseError),
    #[error("plain http would leave this computer")]
    PlainHttp,
    #[error("the scheme `{0}` is not known")]
    Scheme(String),
    #[error("the URL has no path")]
    NoPath,
    #[error("the URL has no host")]
    NoHost,
    #[error("the URL names no account")]
    NoAccount,
    #[error("the URL names no container")]
    NoContainer,
    #[error("the path in the container cannot be read ({0})")]
    Prefix(object_store::path::Error),
    #[error("what follows `?` is not a SAS: it has no `sig`")]
    NoSignature,
}

/// Reads the setting; the second value is how it is shown to people, without its SAS.
pub(super) fn read(text: &str) -> Result<(Location, String), LedgerError> {
    let text = text.trim();
    // Not even a URL that cannot be read shows what may be a secret in it.
    let shown = match text.split_once('?') {
        Some((address, _)) if text.contains("://") => format!("{address}?REDACTED"),
        _ => text.to_owned(),
    };
    let refuse = |problem: Problem| LedgerError::Location {
        location: shown.clone(),
        problem: format!(
            "{problem}; expected a folder, or a blob container's URL such as https://account.blob.core.windows.net/container"
        ),
    };
    if text.is_empty() {
        return Err(refuse(Problem::Empty));
    }
    if !text.contains("://") {
        return Ok((Location::Folder(PathBuf::from(text)), shown));
    }
    let url = Url::parse(text).map_err(|e| refuse(Problem::Url(e)))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LedgerError::Location {
            location: url.host_str().unwrap_or_default().to_owned(),
            problem: "the URL holds a user name; expected none before the host".into(),
        });
    }
    let container = container(&url).map_err(refuse)?;
    Ok((Location::Blob(container), shown))
}

fn container(url: &Url) -> Result<Container, Problem> {
    let here = is_loopback(url);
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Err(Problem::PlainHttp),
        other => return Err(Problem::Scheme(other.to_owned())),
    }
    let mut segments = url
        .path_segments()
        .ok_or(Problem::NoPath)?
        .filter(|s| !s.is_empty());
    let host = url.host_str().ok_or(Problem::NoHost)?;
    let mut endpoint = url.clone();
    endpoint.set_query(None);
    endpoint.set_fragment(None);
    // On this computer the account stands in the path, as Azurite has it; elsewhere in the host.
    let account = if here {
        let account = segments.next().ok_or(Problem::NoAccount)?.to_owned();
        endpoint.set_path(&account);
        account
    } else {
        endpoint.set_path("");
        host.split('.').next().unwrap_or(host).to_owned()
    };
    let name = segments.next().ok_or(Problem::NoContainer)?.to_owned();
    let rest: Vec<&str> = segments.collect();
    let prefix = Path::from_url_path(rest.join("/")).map_err(Problem::Prefix)?;
    let access = access(
        url,
        here && url.scheme() == "http" && account == EMULATOR_ACCOUNT,
    )?;
    Ok(Container {
        endpoint,
        account,
        name,
        prefix,
        access,
    })
}

fn access(url: &Url, emulator: bool) -> Result<Access, Problem> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if pairs.iter().any(|(name, _)| name == "sig") {
        return Ok(Access::Sas(pairs));
    }
    if !pairs.is_empty() {
        return Err(Problem::NoSignature);
    }
    Ok(if emulator {
        Access::Emulator
    } else {
        Access::Token
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(text: &str) -> Container {
        match read(text) {
            Ok((Location::Blob(container), _)) => container,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_container_is_found_in_its_url() {
        let azure = blob("https://acct.blob.core.windows.net/lamp/a%20b/c/");
        assert_eq!(
            azure.endpoint.as_str(),
            "https://acct.blob.core.windows.net/"
        );
        assert_eq!(
            (azure.account.as_str(), azure.name.as_str()),
            ("acct", "lamp")
        );
        assert_eq!(azure.prefix.as_ref(), "a b/c");
        assert_eq!(azure.access, Access::Token);

        let azurite = blob("http://127.0.0.1:1234/devstoreaccount1/lamp");
        assert_eq!(
            azurite.endpoint.as_str(),
            "http://127.0.0.1:1234/devstoreaccount1"
        );
        assert_eq!(azurite.access, Access::Emulator);
        // Over TLS Azurite takes tokens, and so the real way in can be tried on one computer.
        let tls = blob("https://localhost:1234/devstoreaccount1/lamp");
        assert_eq!(tls.access, Access::Token);

        let sas = blob("https://acct.blob.core.windows.net/lamp?sv=2024&sig=a%2Bb");
        assert!(
            matches!(&sas.access, Access::Sas(pairs) if pairs[1] == ("sig".into(), "a+b".into()))
        );
    }

    #[test]
    fn a_bad_location_is_refused_without_its_secret() {
        for text in [
            "",
            "  ",
            "https://",
            "http://acct.blob.core.windows.net/lamp",
            "https://acct.blob.core.windows.net",
            "abfss://lamp@acct.dfs.core.windows.net/x",
            "https://acct.blob.core.windows.net/lamp?sv=hush",
            "https://me:hush@acct.blob.core.windows.net/lamp",
            "http://127.0.0.1:1/devstoreaccount1",
            "https://[bad/lamp?sig=hush",
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains("expected"), "{error}");
            assert!(!error.contains("hush") && !error.contains('\n'), "{error}");
        }
        let (_, shown) =
            read("https://acct.blob.core.windows.net/lamp?sv=1&sig=hush").expect("good");
        assert_eq!(shown, "https://acct.blob.core.windows.net/lamp?REDACTED");
    }
}
