//! `lamplighter sweep` and what follows from it, run as people run it: the program itself, against the simulator.

mod bad_answers;
mod bills;
mod broken;
mod calendars;
mod clock;
mod demo;
mod endless_lists;
mod hidden;
mod holds;
mod jobs_seeds;
mod last_look;
mod later_versions;
mod main_job;
mod many;
mod money;
mod notices;
mod prices;
mod refused;
mod settings;
mod silence;
mod somebody_else;
mod stuck;
mod twice;
mod waiting_jobs;
