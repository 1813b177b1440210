//! Where notices go. Each channel is set by itself; several may be set.

use super::reader::Reader;
use super::texts::{http_url, secure};
use super::values::DigestTime;
use crate::notify::{
    EventGrid, Mail, NoticeChannels, SignedWebhook, SigningKeys, TeamsAuth, TeamsFlow,
};
use rust_decimal::Decimal;
use url::Url;

const WEBHOOK: &str = "an http or https URL";
const HTTPS: &str = "an https URL without a user and a password";

pub(super) fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<NoticeChannels> {
    let before = r.bad.len();
    let (webhook, azure) = webhooks(r);
    let channels = NoticeChannels {
        azure,
        webhook,
        slack: given(r, "NOTICE_SLACK_WEBHOOK", HTTPS, secure),
        teams: teams(r),
        eventgrid: given(r, "NOTICE_EVENTGRID", HTTPS, secure).map(EventGrid::new),
        email: email(r),
    };
    (r.bad.len() == before).then_some(channels)
}

/// What owners hear of besides stops.
#[derive(Clone, Copy)]
pub(super) struct After {
    pub cost: Option<Decimal>,
    pub digest_at: Option<DigestTime>,
}

pub(super) fn after<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<After> {
    let off = |text: &str| text.eq_ignore_ascii_case("off");
    let amount = "off, or an amount of money such as 100, in the currency of CURRENCY";
    let cost = r.parsed("NOTICE_COST", amount, |text| {
        if off(text) {
            return Some(None);
        }
        let amount: Decimal = text.parse().ok()?;
        (Decimal::ZERO < amount && amount <= MOST_COST).then_some(Some(amount))
    });
    let time = "off, or a day and a time such as Mon 08:00";
    let digest_at = r.parsed("NOTICE_DIGEST", time, |text| match off(text) {
        true => Some(None),
        false => digest_time(text).map(Some),
    });
    Some(After {
        cost: cost?,
        digest_at: digest_at?,
    })
}

const MOST_COST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

fn digest_time(text: &str) -> Option<DigestTime> {
    let (day, time) = text.split_once(char::is_whitespace)?;
    let (hour, minute) = time.trim().split_once(':')?;
    let number = |text: &str, below: u16| {
        let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        let number: u16 = text.parse().ok().filter(|_| digits)?;
        (number < below).then_some(number)
    };
    let minutes = number(hour, 24)? * 60 + number(minute, 60)?;
    Some(DigestTime {
        day: day.parse().ok()?,
        minutes,
    })
}

/// A setting that may be missing. What a Key Vault reference stands for is not there where it could not be read.
fn given<L: Fn(&str) -> Option<String>, T>(
    r: &mut Reader<L>,
    name: &'static str,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = r.optional(name)?;
    let value = parse(&text);
    if value.is_none() {
        let unread = text.starts_with("@Microsoft.KeyVault(");
        let why = if unread {
            ": its Key Vault reference could not be read"
        } else {
            ""
        };
        r.refuse(name, &text, format!("{expected}{why}"));
    }
    value
}

/// The signed webhook and Azure's. `NOTICE_WEBHOOK` is the one or the other.
fn webhooks<L: Fn(&str) -> Option<String>>(
    r: &mut Reader<L>,
) -> (Option<SignedWebhook>, Option<Url>) {
    let url = given(r, "NOTICE_WEBHOOK", WEBHOOK, http_url);
    let azure = given(r, "NOTICE_AZURE_WEBHOOK", WEBHOOK, http_url);
    let secrets = "whsec_ and the Base64 of 24 to 64 bytes, or two of these with a space between";
    let signed = r.optional("NOTICE_WEBHOOK_SECRET").is_some();
    let keys = given(r, "NOTICE_WEBHOOK_SECRET", secrets, SigningKeys::read);
    if signed && r.optional("NOTICE_WEBHOOK").is_none() && keys.is_some() {
        let why = "of use without NOTICE_WEBHOOK, whose posts it signs";
        r.refuse("NOTICE_WEBHOOK_SECRET", "whsec_", why);
    }
    match (url, keys) {
        (Some(url), Some(keys)) => (Some(SignedWebhook { url, keys }), azure),
        (Some(_), None) if !signed && azure.is_some() => {
            let why = "signed: set NOTICE_WEBHOOK_SECRET, or only one of NOTICE_WEBHOOK and NOTICE_AZURE_WEBHOOK";
            r.refuse("NOTICE_WEBHOOK", "https://", why);
            (None, azure)
        }
        (url, _) => (None, url.or(azure)),
    }
}

fn teams<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<TeamsFlow> {
    let url = given(r, "NOTICE_TEAMS_WEBHOOK", HTTPS, secure);
    let auth = r.parsed("NOTICE_TEAMS_AUTH", "url or identity", |text| {
        match text.to_ascii_lowercase().as_str() {
            "url" => Some(TeamsAuth::Url),
            "identity" => Some(TeamsAuth::Identity),
            _ => None,
        }
    })?;
    let url = url?;
    let signed = url.query_pairs().any(|(name, _)| name == "sig");
    if signed && auth == TeamsAuth::Identity {
        let why = "for a URL with a sig, whose flow refuses tokens: let its trigger ask for your tenant's users, and copy its URL again";
        r.refuse("NOTICE_TEAMS_AUTH", "identity", why);
        return None;
    }
    Some(TeamsFlow { url, auth })
}

fn email<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Mail> {
    let endpoint = given(r, "NOTICE_EMAIL", HTTPS, secure);
    let address = "one mail address, from which NOTICE_EMAIL sends";
    if r.optional("NOTICE_EMAIL").is_some() && r.optional("NOTICE_EMAIL_FROM").is_none() {
        r.refuse("NOTICE_EMAIL_FROM", "", address);
        return None;
    }
    let from = given(r, "NOTICE_EMAIL_FROM", address, Mail::address)?;
    Some(Mail {
        endpoint: endpoint?,
        from,
    })
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn read(given: &[(&str, &str)]) -> Result<String, String> {
        let lookup = |name: &str| {
            let found = given.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let settings = Settings::from_lookup(lookup).map_err(|error| error.on_one_line())?;
        let set = settings.notices;
        let names = [
            (set.azure.is_some(), "azure"),
            (set.webhook.is_some(), "webhook"),
            (set.slack.is_some(), "slack"),
            (set.teams.is_some(), "teams"),
            (set.eventgrid.is_some(), "eventgrid"),
            (set.email.is_some(), "email"),
        ];
        let names = names.into_iter().filter(|(set, _)| *set);
        Ok(names.map(|(_, name)| name).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_setting_makes_its_channel_and_a_secret_makes_the_webhook_a_signed_one() {
        let hook = ("NOTICE_WEBHOOK", "https://hooks.example/x");
        let azure = ("NOTICE_AZURE_WEBHOOK", "https://hooks.example/y");
        let secret = ("NOTICE_WEBHOOK_SECRET", SECRET);
        let teams = ("NOTICE_TEAMS_WEBHOOK", "https://flow.example/x");
        let email = ("NOTICE_EMAIL", "https://r.communication.azure.com");
        let from = ("NOTICE_EMAIL_FROM", "notices@example.org");
        for (given, channels) in [
            (&[][..], ""),
            (&[hook], "azure"),
            (&[azure], "azure"),
            (&[hook, secret], "webhook"),
            (&[hook, secret, azure], "azure webhook"),
            (&[("NOTICE_SLACK_WEBHOOK", "http://127.0.0.1:1/x")], "slack"),
            (&[teams], "teams"),
            (&[teams, ("NOTICE_TEAMS_AUTH", "Identity")], "teams"),
            (
                &[("NOTICE_EVENTGRID", "https://t.example/api/events")],
                "eventgrid",
            ),
            (&[email, from], "email"),
            (&[("NOTICE_WEBHOOK", " ")], ""),
        ] {
            assert_eq!(read(given).as_deref(), Ok(channels), "{given:?}");
        }
    }

    #[test]
    fn costs_and_the_digests_time_are_read_and_what_is_neither_is_refused() {
        let read = |name: &'static str, value: &'static str| {
            let lookup = |asked: &str| (asked == name).then(|| value.to_owned());
            let settings = Settings::from_lookup(lookup).ok()?;
            let time = settings.digest_at;
            let time = time.map(|time| format!("{} {}", time.day, time.minutes));
            let cost = settings.notice_cost.map(|cost| cost.to_string());
            Some(match name {
                "NOTICE_COST" => cost.unwrap_or_else(|| "never".into()),
                _ => time.unwrap_or_else(|| "never".into()),
            })
        };
        for (name, value, expected) in [
            ("NOTICE_COST", "", Some("100")),
            ("NOTICE_COST", "12.5", Some("12.5")),
            ("NOTICE_COST", "Off", Some("never")),
            ("NOTICE_COST", "0", None),
            ("NOTICE_COST", "-1", None),
            ("NOTICE_COST", "1000000001", None),
            ("NOTICE_COST", "100 USD", None),
            ("NOTICE_DIGEST", "", Some("Mon 480")),
            ("NOTICE_DIGEST", "friday  7:05", Some("Fri 425")),
            ("NOTICE_DIGEST", "off", Some("never")),
            ("NOTICE_DIGEST", "Mon", None),
            ("NOTICE_DIGEST", "Mon 24:00", None),
            ("NOTICE_DIGEST", "Mon 8", None),
            ("NOTICE_DIGEST", "daily 08:00", None),
        ] {
            assert_eq!(read(name, value).as_deref(), expected, "{name}={value}");
        }
    }

    #[test]
    fn what_does_not_fit_together_says_so_and_shows_no_secret() {
        let hook = ("NOTICE_WEBHOOK", "https://hooks.example/very-secret");
        for (given, name, why) in [
            (
                &[
                    hook,
                    ("NOTICE_AZURE_WEBHOOK", "https://hooks.example/very-secret"),
                ][..],
                "NOTICE_WEBHOOK:",
                "only one of",
            ),
            (
                &[("NOTICE_WEBHOOK_SECRET", SECRET)],
                "NOTICE_WEBHOOK_SECRET:",
                "without NOTICE_WEBHOOK",
            ),
            (
                &[hook, ("NOTICE_WEBHOOK_SECRET", "very-secret")],
                "NOTICE_WEBHOOK_SECRET:",
                "24 to 64 bytes",
            ),
            (
                &[("NOTICE_SLACK_WEBHOOK", "http://hooks.example/very-secret")],
                "NOTICE_SLACK_WEBHOOK:",
                "https",
            ),
            (
                &[(
                    "NOTICE_SLACK_WEBHOOK",
                    "@Microsoft.KeyVault(SecretUri=https://v/very-secret)",
                )],
                "NOTICE_SLACK_WEBHOOK:",
                "Key Vault reference could not be read",
            ),
            (
                &[
                    (
                        "NOTICE_TEAMS_WEBHOOK",
                        "https://flow.example/x?sig=very-secret",
                    ),
                    ("NOTICE_TEAMS_AUTH", "identity"),
                ],
                "NOTICE_TEAMS_AUTH:",
                "a sig",
            ),
            (
                &[("NOTICE_EMAIL", "https://r.communication.azure.com")],
                "NOTICE_EMAIL_FROM:",
                "one mail address",
            ),
        ] {
            let said = read(given).expect_err(why);
            assert!(said.contains(name) && said.contains(why), "{said}");
            assert!(
                !said.contains("very-secret") && !said.contains("MfKQ"),
                "{said}"
            );
        }
    }
}
