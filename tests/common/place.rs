//! A place for a ledger: a folder or a container of Azurite, new for each test, and a way to its documents
//! behind the ledger's back.

use super::azurite::Azurite;
use super::folder::Folder;
use azure_core::credentials::TokenCredential;
use futures::TryStreamExt;
use lamplighter_agent::ledger::{Ledger, LedgerError, NoCredential};
use lamplighter_host_emulator::sas;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

pub struct Place {
    pub location: String,
    store: Box<dyn ObjectStore>,
    _folder: Option<Folder>,
}

impl Place {
    pub async fn folder() -> Place {
        let folder = Folder::new("ledger");
        let store = LocalFileSystem::new_with_prefix(folder.path()).expect("the folder is there");
        Place {
            location: folder.path().display().to_string(),
            store: Box::new(store),
            _folder: Some(folder),
        }
    }

    pub async fn blob() -> Place {
        let azurite = Azurite::shared();
        let location = azurite.container().await;
        let name = location.rsplit('/').next().expect("a URL has a last part");
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(sas("b", "rwdlac").as_bytes())
                .into_owned()
                .collect();
        let store = MicrosoftAzureBuilder::new()
            .with_account("devstoreaccount1")
            .with_container_name(name)
            .with_endpoint(azurite.endpoint.clone())
            .with_allow_http(true)
            .with_sas_authorization(pairs)
            .build()
            .expect("the builder has all it needs");
        Place {
            location,
            store: Box::new(store),
            _folder: None,
        }
    }

    /// Opens the ledger anew, as another copy of the agent would.
    pub async fn open(&self) -> Ledger {
        open(&self.location).await.expect("the ledger opens")
    }

    /// The names of all documents, sorted.
    pub async fn documents(&self) -> Vec<String> {
        let all: Vec<_> = self.store.list(None).try_collect().await.expect("it lists");
        let mut names: Vec<String> = all.iter().map(|meta| meta.location.to_string()).collect();
        names.sort();
        names
    }

    pub async fn overwrite(&self, document: &str, text: &'static str) {
        let path = object_store::path::Path::parse(document).expect("a document's name");
        self.store
            .put(&path, text.into())
            .await
            .expect("it is written");
    }

    pub async fn text(&self, document: &str) -> String {
        let path = object_store::path::Path::parse(document).expect("a document's name");
        let got = self.store.get(&path).await.expect("it is there");
        String::from_utf8_lossy(&got.bytes().await.expect("it is read")).into_owned()
    }
}

/// Opens a ledger that needs no token.
pub async fn open(location: &str) -> Result<Ledger, LedgerError> {
    Ledger::open(location, no_token).await
}

pub fn no_token() -> Result<Arc<dyn TokenCredential>, NoCredential> {
    Err(NoCredential::from("no credential in this test"))
}

/// Makes two tests of each function that takes a [`Place`].
macro_rules! in_a_folder_and_in_a_container {
    ($($name:ident),* $(,)?) => {
        mod in_a_folder {
            $(#[tokio::test] async fn $name() { super::$name($crate::common::place::Place::folder().await).await })*
        }
        mod in_a_container {
            $(#[tokio::test] async fn $name() { super::$name($crate::common::place::Place::blob().await).await })*
        }
    };
}
pub(crate) use in_a_folder_and_in_a_container;
