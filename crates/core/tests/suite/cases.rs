//! How much is tried: a part in every run, and all of it in the nightly one, which sets `PROPTEST_CASES`.

use proptest::test_runner::Config;

/// Whether everything is to be tried.
pub fn all() -> bool {
    std::env::var_os("PROPTEST_CASES").is_some()
}

/// How many cases a property is tried with: `few`, or as many as `PROPTEST_CASES` asks for.
pub fn few(few: u32) -> Config {
    let config = Config::default();
    let cases = if all() { config.cases } else { few };
    Config { cases, ..config }
}
