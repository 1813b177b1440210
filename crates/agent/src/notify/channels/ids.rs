//! Ids that are the same when a message is sent again.

use aws_lc_rs::digest::{SHA256, digest};

/// A UUID made of these parts alone; version 8 of RFC 9562, whose bits are whoever's makes it.
pub(super) fn uuid(parts: &[&str]) -> String {
    // A part cannot run into the next: none of them holds a line end.
    let hash = digest(&SHA256, parts.join("\n").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes[6] = 0x80 | bytes[6] & 0x0f;
    bytes[8] = 0x80 | bytes[8] & 0x3f;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (a, b, c, d, e) = (
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    );
    format!("{a}-{b}-{c}-{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_make_the_same_uuid_and_others_another() {
        let id = uuid(&["m-1", "ci"]);
        assert_eq!(id, uuid(&["m-1", "ci"]));
        assert_ne!(id, uuid(&["m-1", "co"]));
        assert_ne!(id, uuid(&["m-1ci"]));
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "8");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }
}
