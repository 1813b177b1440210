//! The ledger: the same promises kept in a folder and in a container of a real Azurite.

mod failures;
mod processes;
mod records;
mod seals;
mod state;
mod tokens;
