//! What people may do without rights in Azure: where their page is, and for how long they may keep a resource on.

use super::reader::Reader;
use super::texts::{secure, subscriptions};
use url::Url;

/// The page of owners, and what they may do there.
#[derive(Clone, Debug)]
pub struct People {
    /// Where the page is, with a `/` at its end; `None`: there is none, and notices have no link.
    pub url: Option<Url>,
    /// Who may sign in, and the tenant whose people may.
    pub sign_in: (SignIn, String),
    /// Whether the platform says that its own sign-in stands in front of this app: nobody's word counts without it.
    pub platform_signs_in: bool,
}

impl People {
    /// Logs that people are to sign in where nothing signs them in.
    pub fn warn(&self) {
        if self.sign_in.0 != SignIn::Off && !self.platform_signs_in {
            tracing::warn!(
                event = "oddity",
                "SIGN_IN is set, but {AUTH} is not true: the platform signs nobody in, so nobody reaches the page"
            );
        }
    }
}

/// Whose word that somebody has signed in counts, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Nobody's.
    Off,
    /// Of the platform, and everybody may see and keep on what is their own.
    Owner,
    /// Of the platform, and everybody of the tenant may see and keep on everything.
    Tenant,
}

/// What the platform calls this app.
const HOST: &str = "WEBSITE_HOSTNAME";
/// `True` where the platform's own sign-in is on; no setting of ours, and the platform lets nobody write it.
const AUTH: &str = "WEBSITE_AUTH_ENABLED";

pub(super) fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<People> {
    let before = r.bad.len();
    let url = url(r);
    let sign_in = sign_in(r);
    let platform = r.given(AUTH);
    let platform_signs_in = platform.is_some_and(|on| on.trim().eq_ignore_ascii_case("true"));
    (r.bad.len() == before).then_some(People {
        url,
        sign_in: sign_in?,
        platform_signs_in,
    })
}

fn sign_in<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<(SignIn, String)> {
    let mode = r.parsed("SIGN_IN", "off, owner or tenant", |text| {
        match text.to_ascii_lowercase().as_str() {
            "off" => Some(SignIn::Off),
            "owner" => Some(SignIn::Owner),
            "tenant" => Some(SignIn::Tenant),
            _ => None,
        }
    })?;
    let tenant = r.text("SIGN_IN_TENANT");
    if mode == SignIn::Off {
        return Some((mode, tenant));
    }
    if r.optional("KEEP_URL").is_none() {
        let why = "off without KEEP_URL, which says where the page is";
        r.refuse("SIGN_IN", "on", why);
        return None;
    }
    match subscriptions(&tenant).unwrap_or_default().as_slice() {
        [one] => Some((mode, one.clone())),
        _ => {
            let why = "the id (a GUID) of the tenant whose people may sign in";
            r.refuse("SIGN_IN_TENANT", &tenant, why);
            None
        }
    }
}

fn url<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Url> {
    let given = r.optional("KEEP_URL")?;
    let text = match given.eq_ignore_ascii_case("site") {
        false => given.clone(),
        true => match r.given(HOST) {
            Some(host) => format!("https://{}", host.trim()),
            None => {
                let why = "an https URL here, as no WEBSITE_HOSTNAME says where this app is";
                r.refuse("KEEP_URL", &given, why);
                return None;
            }
        },
    };
    let plain = |url: &Url| url.query().is_none() && url.fragment().is_none();
    let url = secure(&text).filter(plain);
    let Some(mut url) = url else {
        let form = "site, or the https URL of this app, such as https://lamp.example.org";
        r.refuse("KEEP_URL", &given, form);
        return None;
    };
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn read(given: &[(&str, &str)]) -> Result<String, String> {
        let lookup = |name: &str| {
            let found = given.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let settings = Settings::from_lookup(lookup).map_err(|error| error.on_one_line())?;
        let url = settings.people.url.map(String::from);
        Ok(url.unwrap_or_default())
    }

    #[test]
    fn the_page_is_where_a_setting_says_or_where_the_platform_has_put_the_app() {
        let site = ("KEEP_URL", "site");
        for (given, url) in [
            (&[][..], ""),
            (&[("WEBSITE_HOSTNAME", "func.azurewebsites.net")], ""),
            (
                &[site, ("WEBSITE_HOSTNAME", "func.azurewebsites.net")],
                "https://func.azurewebsites.net/",
            ),
            (
                &[("KEEP_URL", "https://lamp.example")],
                "https://lamp.example/",
            ),
            (
                &[("KEEP_URL", "https://lamp.example/x/y")],
                "https://lamp.example/x/y/",
            ),
            (
                &[("KEEP_URL", "http://127.0.0.1:7071")],
                "http://127.0.0.1:7071/",
            ),
        ] {
            assert_eq!(read(given).as_deref(), Ok(url), "{given:?}");
        }
        for bad in [
            "http://lamp.example",
            "lamp.example",
            "https://lamp.example/?code=x",
            "https://lamp.example/#x",
            "https://user:word@lamp.example",
            "site",
        ] {
            let said = read(&[("KEEP_URL", bad)]).expect_err(bad);
            assert!(said.contains("KEEP_URL"), "{said}");
            assert!(!said.contains("word"), "{said}");
        }
    }

    #[test]
    fn whoever_may_sign_in_is_of_a_tenant_that_is_named() {
        let tenant = ("SIGN_IN_TENANT", "0F8FAD5B-d9cb-469f-a165-70867728950e");
        let url = ("KEEP_URL", "https://lamp.example");
        for (given, wrong) in [
            (&[("SIGN_IN", "off")][..], None),
            (&[("SIGN_IN", "Owner"), url, tenant], None),
            (&[("SIGN_IN", "tenant"), url, tenant], None),
            (&[("SIGN_IN", "everybody"), url, tenant], Some("SIGN_IN")),
            (&[("SIGN_IN", "owner"), tenant], Some("KEEP_URL")),
            (&[("SIGN_IN", "owner"), url], Some("SIGN_IN_TENANT")),
            (
                &[("SIGN_IN", "owner"), url, ("SIGN_IN_TENANT", "contoso")],
                Some("SIGN_IN_TENANT"),
            ),
        ] {
            match (read(given), wrong) {
                (Ok(_), None) => {}
                (Err(said), Some(name)) => assert!(said.contains(name), "{said}"),
                (read, _) => panic!("{given:?}: {read:?}"),
            }
        }
    }
}
