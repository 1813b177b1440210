//! A wheel is a zip archive. Of that format only what Python's packages use is read: one disk, members stored or
//! deflated, no encryption, no zip64.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::collections::BTreeMap;

/// Why a wheel cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum WheelError {
    #[error("its list of files is broken or cut short")]
    List,
    #[error("{0} in it is broken or cut short")]
    Member(String),
}

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const END_LENGTH: usize = 22;

pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL)
}

/// The files below a folder of the archive that are not larger than `most`, by their paths in it.
pub(super) fn members(
    bytes: &[u8],
    folder: &str,
    most: u64,
) -> Result<BTreeMap<String, Vec<u8>>, WheelError> {
    let mut found = BTreeMap::new();
    let (count, mut at) = list(bytes).ok_or(WheelError::List)?;
    for _ in 0..count {
        let (member, next) = Member::read(bytes, at).ok_or(WheelError::List)?;
        at = next;
        if let Some(name) = member.name.strip_prefix(folder)
            && !name.is_empty()
            && !name.ends_with('/')
            && u64::from(member.size) <= most
        {
            let broken = || WheelError::Member(member.name.to_owned());
            found.insert(name.to_owned(), member.content(bytes).ok_or_else(broken)?);
        }
    }
    Ok(found)
}

/// How many members there are, and where their list begins.
fn list(bytes: &[u8]) -> Option<(u16, usize)> {
    let last = bytes.len().checked_sub(END_LENGTH)?;
    // A comment of up to 64 KiB may follow.
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last)
        .rev()
        .find(|at| bytes[*at..].starts_with(END))?;
    Some((short(bytes, end + 10)?, long(bytes, end + 16)? as usize))
}

/// An entry of the list.
struct Member<'a> {
    name: &'a str,
    method: u16,
    crc: u32,
    packed: usize,
    size: u32,
    header: usize,
}

impl<'a> Member<'a> {
    /// The entry at `at`, and where the next one begins.
    fn read(bytes: &'a [u8], at: usize) -> Option<(Member<'a>, usize)> {
        if !bytes.get(at..)?.starts_with(CENTRAL) {
            return None;
        }
        let name_length = usize::from(short(bytes, at + 28)?);
        let more = usize::from(short(bytes, at + 30)?) + usize::from(short(bytes, at + 32)?);
        let name = at + 46..at + 46 + name_length;
        let next = name.end + more;
        let member = Member {
            name: std::str::from_utf8(bytes.get(name)?).ok()?,
            method: short(bytes, at + 10)?,
            crc: long(bytes, at + 16)?,
            packed: long(bytes, at + 20)? as usize,
            size: long(bytes, at + 24)?,
            header: long(bytes, at + 42)? as usize,
        };
        Some((member, next))
    }

    fn content(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !bytes.get(self.header..)?.starts_with(LOCAL) {
            return None;
        }
        let name = usize::from(short(bytes, self.header + 26)?);
        let more = usize::from(short(bytes, self.header + 28)?);
        let begin = self.header + 30 + name + more;
        let packed = bytes.get(begin..begin.checked_add(self.packed)?)?;
        let content = match self.method {
            0 => packed.to_vec(),
            8 => inflate(packed, self.size as usize)?,
            _ => return None,
        };
        let mut crc = Crc::new();
        crc.update(&content);
        (crc.sum() == self.crc).then_some(content)
    }
}

fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    // One byte more than it says: a member that is longer does not fit, and does not end.
    let mut content = Vec::with_capacity(size + 1);
    let mut inflate = Decompress::new(false);
    let done = inflate.decompress_vec(packed, &mut content, FlushDecompress::Finish);
    (done.ok()? == Status::StreamEnd && content.len() == size).then_some(content)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
