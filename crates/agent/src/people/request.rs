//! A caller's request, and what of it counts.

use super::token::is_plain;
use bytes::Bytes;
use url::Url;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `/api/keep`: to keep one resource on beyond one stop.
    Keep,
    /// `/api/resource`: all about one resource.
    Resource,
}

/// A request as the host forwards it: only what counts.
#[derive(Clone, Debug)]
pub struct Request {
    pub asked: Asked,
    /// A form was sent.
    pub post: bool,
    pub query: String,
    pub body: Bytes,
    pub content_type: Option<String>,
    /// `Sec-Fetch-Site`, which no page's script can set.
    pub fetch_site: Option<String>,
    pub origin: Option<String>,
    /// `x-ms-client-principal`: anybody's word unless the platform signs people in.
    pub principal: Option<String>,
    pub languages: String,
}

/// Why a form is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoForm {
    /// No browser sent it from one of our own pages.
    Elsewhere,
    /// Its type is not that of a form.
    Type,
}

impl Request {
    /// The token of the query; `None` where there is none, or more than one.
    pub fn token(&self) -> Option<String> {
        only(self.query.as_bytes(), "t").filter(|token| is_plain(token))
    }

    /// Another value of the query, of which there is one.
    pub fn value(&self, name: &str) -> Option<String> {
        only(self.query.as_bytes(), name)
    }

    /// The token and the choice of a form that was sent from our own page.
    pub fn form(&self, base: &Url) -> Result<Option<(String, String)>, NoForm> {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(NoForm::Type);
        }
        if !self.is_from_our_page(base) {
            return Err(NoForm::Elsewhere);
        }
        let token = only(&self.body, "t").filter(|token| is_plain(token));
        let choice = only(&self.body, "for");
        Ok(token.zip(choice))
    }

    /// A browser says where a form stood. A page without a referrer sends `Origin: null`, so that counts only where the
    /// newer header is missing.
    fn is_from_our_page(&self, base: &Url) -> bool {
        match (&self.fetch_site, &self.origin) {
            (Some(site), _) => site == "same-origin",
            (None, Some(origin)) => *origin == base.origin().ascii_serialization(),
            (None, None) => false,
        }
    }
}

/// The value of a name that stands there once, in whatever case.
fn only(text: &[u8], name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(text);
    let (_, value) = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let value = value.into_owned();
    let twice = pairs.any(|(known, _)| known.eq_ignore_ascii_case(name));
    (!twice).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(body: &str, kind: &str, site: Option<&str>, origin: Option<&str>) -> Request {
        Request {
            asked: Asked::Keep,
            post: true,
            query: "t=a.b".into(),
            body: Bytes::from(body.to_owned()),
            content_type: Some(kind.into()),
            fetch_site: site.map(str::to_owned),
            origin: origin.map(str::to_owned),
            principal: None,
            languages: String::new(),
        }
    }

    #[test]
    fn a_token_is_one_parameter_that_stands_there_once() {
        for (query, token) in [
            ("t=a.b", Some("a.b")),
            ("utm_source=mail&t=a.b&z", Some("a.b")),
            ("t=a.b&t=c.d", None),
            ("t=a.b&T=c.d", None),
            ("t=a.b,c.d", None),
            ("t=a.b%20", None),
            ("t", Some("")),
            ("", None),
        ] {
            let request = Request {
                query: query.into(),
                ..post("", "", None, None)
            };
            assert_eq!(request.token().as_deref(), token, "{query}");
        }
    }

    #[test]
    fn a_form_counts_only_from_our_own_page() {
        let base: Url = "https://lamp.example:444/people/".parse().expect("a URL");
        let (form, own) = (
            "application/x-www-form-urlencoded",
            "https://lamp.example:444",
        );
        let read = |kind: &str, site, origin| {
            let read = post("t=a.b&for=2h", kind, site, origin).form(&base);
            read.map(|found| found.map(|(_, choice)| choice))
        };
        let two = Ok(Some("2h".to_owned()));
        assert_eq!(read(form, Some("same-origin"), Some("null")), two);
        assert_eq!(
            read(&format!("{form}; charset=UTF-8"), None, Some(own)),
            two
        );
        for (site, origin) in [
            (None, None),
            (Some("none"), None),
            (Some("cross-site"), Some(own)),
            (Some("same-site"), Some(own)),
            (None, Some("null")),
            (None, Some("https://lamp.example")),
            (None, Some("https://evil.example")),
        ] {
            assert_eq!(
                read(form, site, origin),
                Err(NoForm::Elsewhere),
                "{site:?} {origin:?}"
            );
        }
        for kind in [
            "text/plain",
            "application/json",
            "multipart/form-data; boundary=x",
            "",
        ] {
            assert_eq!(read(kind, Some("same-origin"), None), Err(NoForm::Type));
        }
        for body in ["t=a.b", "for=2h", "t=a.b&t=a.b&for=2h", "t=a,b&for=2h", ""] {
            let read = post(body, form, Some("same-origin"), None).form(&base);
            assert_eq!(read, Ok(None), "{body}");
        }
    }
}
