//! `lamplighter sweep` and what follows from it, run as people run it: the program itself, against the simulator.

mod bad_answers;
mod bills;
mod calendars;
mod clock;
mod demo;
mod endless_lists;
mod jobs_seeds;
mod last_look;
mod later_versions;
mod main_job;
mod money;
mod notices;
mod settings;
mod twice;
mod waiting_jobs;
