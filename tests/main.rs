//! What a user would notice, by subject. One program, since each one more would link everything once more.

mod azure;
mod common;
// Early in the alphabet, in which tests are begun: the longest of them would else be waited for alone.
mod demo;
mod doctor;
mod explain;
mod files;
mod fleet;
mod functions;
mod idle;
mod kinds;
mod ledger;
mod notices;
mod page;
mod recommend;
mod replay;
mod savings;
mod simulator;
mod sweep;
mod tables;
mod zones;
