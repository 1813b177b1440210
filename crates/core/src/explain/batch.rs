//! Many cases as JSON lines: one line in, one line out, in order.

use super::answers::{Answers, Done};
use super::lines::Lines;
use std::io::{self, BufReader, Read, Write};

/// Answers every line of `from`, in order. Blank lines are passed over. `answer` gives the answers to what has come in
/// meanwhile, in as many parts as it likes.
///
/// # Errors
/// `from` cannot be read, or `to` cannot be written.
pub fn batch(
    from: &mut BufReader<impl Read>,
    to: &mut impl Write,
    mut answer: impl FnMut(Lines) -> io::Result<Vec<Answers>>,
) -> io::Result<Done> {
    let mut done = Done::default();
    while let Some(lines) = Lines::read(from, done.lines)? {
        for part in answer(lines)? {
            done.lines += part.done.lines;
            done.malformed += part.done.malformed;
            done.unreadable += part.done.unreadable;
            to.write_all(&part.text)?;
        }
        // Whoever waits for an answer before the next question gets it.
        to.flush()?;
    }
    Ok(done)
}
