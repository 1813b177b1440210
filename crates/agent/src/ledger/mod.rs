//! What must last: append-only records and the small saved state of each workspace, in a folder or in a blob
//! container, by the same code.
//!
//! - `location`: the setting `LEDGER`, taken apart.
//! - `blob`: Azure Blob storage as a store, with its tokens and timeouts.
//! - `store`: the ledger itself, opened; documents created whole.
//! - `envelope`: what stands around a document's content: its schema, its kind, and what a later version adds.
//! - `version`: which generation of a saved state was loaded, and when.
//! - `staged`: what killed processes leave in a folder, and how it goes.
//! - `state`: one small document per workspace, saved in numbered write-once generations.
//! - `state_document`: one of these, its resources left as they are written until they are asked for.
//! - `records`: what happened, each written once under a name made of what it is.
//! - `each`: all documents of a day, one after the other.
//! - `folder`: the same, where the ledger is a folder of this computer.
//! - `rounds`: what the parts of one round leave for each other.
//! - `holds`: what people have asked for, until it is over.
//! - `keys`: what people's links are signed with.
//! - `derived`: what is made from the records alone.
//! - `seals`: what the records of past days were, each seal bound to the one before it.
//! - `last_sweep`: when the last sweep ended.
//! - `trial`: whether it can be written, read, listed and tidied.
//! - `documents`: what others write, listed and read, and what we leave beside it.
//! - `name`: names of documents, made of ids.
//! - `error`: what can go wrong, in one line each.
//!
//! Every document is created whole and never rewritten. In blob storage one Put Blob call makes the whole
//! blob or none. In a folder `object_store` writes `<name>#<n>`, which no listing shows, and then links it
//! to its name (`link` fails when the name is taken): a process killed at any instruction leaves a whole
//! document or none, which the tests show by killing writers.

mod blob;
mod derived;
mod documents;
mod each;
mod envelope;
mod error;
mod folder;
mod holds;
mod keys;
mod last_sweep;
mod location;
mod name;
mod records;
mod rounds;
mod seals;
mod staged;
mod state;
mod state_document;
mod store;
mod trial;
mod version;

pub use documents::Documents;
pub use envelope::{ATTACHED_KEY, DOCTOR_KEY, INVENTORY_KEY, PLACE_KEY};
pub use error::{LedgerError, NoCredential, SaveError};
pub use holds::{HeldResource, HoldsRead};
pub use keys::SecretKey;
pub use last_sweep::SWEEP_HISTORY_KEY;
pub use records::{Appended, Read};
pub use rounds::Left;
pub use seals::{Misfit, Seal, Verified};
pub use state_document::StateDocument;
pub use store::Ledger;
pub use trial::{Trial, takes_token};
pub use version::Version;
