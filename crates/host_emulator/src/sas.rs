//! A shared access signature for Azurite.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The version of the storage services that is asked for.
pub(crate) const VERSION: &str = "2022-11-02";
/// The key that Microsoft publishes for every Azurite; it opens nothing else.
const PUBLISHED_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// `AzureWebJobsStorage` of a host whose queues are at this address.
pub(crate) fn connection_string(queues: &str) -> String {
    format!(
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={PUBLISHED_KEY};QueueEndpoint={queues};"
    )
}

/// A shared access signature for the whole emulated account: of these services (`b`lob, `q`ueue) and permissions (`r`ead,
/// `w`rite, `d`elete, `l`ist, `a`dd, `c`reate, `u`pdate, `p`rocess), to be put at the end of a URL.
pub fn sas(services: &str, permissions: &str) -> String {
    let expiry = "2100-01-01T00:00:00Z";
    let signed = format!(
        "devstoreaccount1\n{permissions}\n{services}\nsco\n\n{expiry}\n\nhttps,http\n{VERSION}\n\n"
    );
    // The key is Base64: it is a constant, and tests sign with it.
    let key = BASE64_STANDARD.decode(PUBLISHED_KEY).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signature = BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("sv", VERSION),
            ("ss", services),
            ("srt", "sco"),
            ("sp", permissions),
            ("se", expiry),
            ("spr", "https,http"),
            ("sig", &signature),
        ])
        .finish()
}
