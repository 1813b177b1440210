//! Where prices and metrics are asked for, beside Azure Resource Manager.

use super::reader::Reader;
use super::texts;
use url::{Host, Url};

/// The three hosts that are called.
pub(super) struct Endpoints {
    pub arm: Url,
    pub prices: Url,
    /// `{region}` stands in it.
    pub metrics: String,
}

/// Where Azure Resource Manager is on this computer, it is a simulator: then prices and metrics are the simulator's
/// too. Azure's own are never called with what is no Azure's, neither with its resources nor with its tokens.
pub(super) fn read<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) -> Option<Endpoints> {
    let arm = r.endpoint("ARM_ENDPOINT");
    let here = arm.as_ref().filter(|url| is_here(url));
    let template =
        "an http or https URL without a user and a password, in which {region} may stand";
    let own = "an http or https URL on this computer, as ARM_ENDPOINT is one, without a user and a password";
    let (prices, metrics) = match here {
        None => {
            let prices = r.endpoint("PRICES_ENDPOINT");
            let metrics = r.parsed("METRICS_ENDPOINT", template, texts::region_url);
            (prices, metrics)
        }
        Some(arm) => {
            let base = arm.as_str().trim_end_matches('/');
            let prices = match r.given("PRICES_ENDPOINT") {
                None => Some(arm.clone()),
                Some(_) => r.parsed("PRICES_ENDPOINT", own, |text| {
                    texts::endpoint(text).filter(is_here)
                }),
            };
            let metrics = match r.given("METRICS_ENDPOINT") {
                None => Some(format!("{base}/metrics-host/{{region}}")),
                Some(_) => r.parsed("METRICS_ENDPOINT", own, |text| {
                    let url = texts::endpoint(&text.replace("{region}", "region"))?;
                    is_here(&url).then(|| text.to_owned())
                }),
            };
            (prices, metrics)
        }
    };
    Some(Endpoints {
        arm: arm?,
        prices: prices?,
        metrics: metrics?,
    })
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn read(given: &[(&str, &str)]) -> Result<(String, String), String> {
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let lookup = |name: &str| {
            let found = given.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let settings = Settings::from_lookup(lookup).map_err(|error| error.to_string())?;
        Ok((
            settings.prices_endpoint.to_string(),
            settings.metrics_endpoint,
        ))
    }

    #[test]
    fn a_simulator_is_asked_for_prices_and_metrics_too() {
        let azure = "https://{region}.metrics.monitor.azure.com";
        for (arm, prices, metrics) in [
            (
                "https://management.azure.com",
                "https://prices.azure.com/",
                azure,
            ),
            (
                "https://sim.example.org",
                "https://prices.azure.com/",
                azure,
            ),
            (
                "http://127.0.0.1:8900",
                "http://127.0.0.1:8900/",
                "http://127.0.0.1:8900/metrics-host/{region}",
            ),
            (
                "http://127.1.2.3:8900/",
                "http://127.1.2.3:8900/",
                "http://127.1.2.3:8900/metrics-host/{region}",
            ),
            (
                "https://localhost:8443",
                "https://localhost:8443/",
                "https://localhost:8443/metrics-host/{region}",
            ),
            (
                "http://[::1]:8900",
                "http://[::1]:8900/",
                "http://[::1]:8900/metrics-host/{region}",
            ),
        ] {
            let found = read(&[("ARM_ENDPOINT", arm)]).expect(arm);
            assert_eq!(found, (prices.to_owned(), metrics.to_owned()), "{arm}");
            // An app setting without a value counts as none.
            let empty = [
                ("ARM_ENDPOINT", arm),
                ("METRICS_ENDPOINT", ""),
                ("PRICES_ENDPOINT", " "),
            ];
            assert_eq!(read(&empty).expect(arm), found, "{arm}");
        }
    }

    #[test]
    fn azures_own_hosts_are_refused_beside_a_simulator() {
        let arm = ("ARM_ENDPOINT", "http://127.0.0.1:8900");
        for (name, value) in [
            ("PRICES_ENDPOINT", "https://prices.azure.com"),
            (
                "METRICS_ENDPOINT",
                "https://{region}.metrics.monitor.azure.com",
            ),
            ("METRICS_ENDPOINT", "https://127.0.0.1.example.org"),
        ] {
            let refused = read(&[arm, (name, value)]).expect_err(value);
            assert!(
                refused.contains(name) && refused.contains("on this computer"),
                "{refused}"
            );
        }
        let other = "http://localhost:9000/{region}";
        let found = read(&[
            arm,
            ("METRICS_ENDPOINT", other),
            ("PRICES_ENDPOINT", "http://[::1]:1"),
        ]);
        let found = found.expect("both are here");
        assert_eq!(found, ("http://[::1]:1/".to_owned(), other.to_owned()));
    }
}
