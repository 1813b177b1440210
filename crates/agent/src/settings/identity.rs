//! How this process signs in to Azure, as far as its environment says so. The credential reads the same names: here they
//! are only checked, so that one start tells what is wrong with them.

use super::reader::Reader;
use super::texts;

pub(super) fn check<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) {
    if r.optional("IDENTITY_ENDPOINT").is_some() {
        r.endpoint("IDENTITY_ENDPOINT");
    }
    // The three below mean something only beside it: on a developer's computer they may stand for other programs.
    if r.optional("AZURE_FEDERATED_TOKEN_FILE").is_some() {
        workload_identity(r);
    }
}

fn workload_identity<L: Fn(&str) -> Option<String>>(r: &mut Reader<L>) {
    r.parsed(
        "AZURE_FEDERATED_TOKEN_FILE",
        "a file that can be read",
        |path| std::fs::read_to_string(path).ok(),
    );
    r.parsed(
        "AZURE_CLIENT_ID",
        "the client id of the identity to sign in as, which AZURE_FEDERATED_TOKEN_FILE needs",
        |id| (!id.is_empty()).then_some(()),
    );
    r.parsed(
        "AZURE_TENANT_ID",
        "the id or the domain of a tenant, which AZURE_FEDERATED_TOKEN_FILE needs",
        |id| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            (!id.is_empty() && id.chars().all(plain)).then_some(())
        },
    );
    if r.optional("AZURE_AUTHORITY_HOST").is_some() {
        let expected = "an https URL without a user and a password";
        r.parsed("AZURE_AUTHORITY_HOST", expected, |text| {
            texts::endpoint(text).filter(|url| url.scheme() == "https")
        });
    }
}
