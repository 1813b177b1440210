//! TLS on loopback, with certificates made on the spot.

use super::folder::Folder;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::path::PathBuf;

/// An authority and a certificate that it signed for this computer: PEM files of the authority, the
/// certificate and its key.
pub fn of_this_computer(folder: &Folder) -> (PathBuf, PathBuf, PathBuf) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let ca = authority.self_signed(&authority_key).expect("signed").pem();
    let key = KeyPair::generate().expect("a key");
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let cert = CertificateParams::new(names)
        .expect("good names")
        .signed_by(&key, &Issuer::new(authority, authority_key))
        .expect("signed")
        .pem();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path
    };
    (
        write("ca.pem", &ca),
        write("cert.pem", &cert),
        write("key.pem", &key.serialize_pem()),
    )
}
