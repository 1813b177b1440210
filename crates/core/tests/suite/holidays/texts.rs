//! Line ends, folds and encodings.

use super::support::{date, read};

/// A calendar whose lines are long enough to be folded.
const LONG: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//e//EN\nBEGIN:VEVENT\nUID:1\nSUMMARY:Betriebsurlaub: Werkschließung für Köln, Łódź und 東京 – überall\n\
                    DTSTART;VALUE=DATE:20261214\nRRULE:FREQ=DAILY;COUNT=2\nDESCRIPTION:Schöne Tage\nEND:VEVENT\nEND:VCALENDAR\n";

fn is_whole(content: &[u8], shape: &str) {
    let read = read(content).expect(shape);
    assert_eq!(read.oddities, [], "{shape}");
    let name = read.days.get(&date("2026-12-15")).expect(shape);
    let sure = name.replace("ß", "ss").replace("ö", "o").to_lowercase();
    assert!(
        sure.starts_with("betriebsurlaub: werkschliessung"),
        "{shape}: {name}"
    );
    assert_eq!(read.days.len(), 2, "{shape}");
}

/// Folds every line after so many bytes, whatever stands there.
fn folded(text: &str, width: usize, end: &str, blank: &str) -> Vec<u8> {
    let fold = |line: &str| -> Vec<u8> {
        let pieces: Vec<&[u8]> = line.as_bytes().chunks(width).collect();
        pieces.join(format!("{end}{blank}").as_bytes())
    };
    let lines: Vec<Vec<u8>> = text.lines().map(fold).collect();
    let mut out = lines.join(end.as_bytes());
    out.extend_from_slice(end.as_bytes());
    out
}

#[test]
fn a_line_ends_where_its_own_end_is() {
    let lines: Vec<&str> = LONG.lines().collect();
    let ends = ["\r\n", "\n", "\r", "\r\r\n"];
    for end in ends {
        is_whole(
            lines.join(end).as_bytes(),
            &format!("{end:?}, none at the end"),
        );
        is_whole((lines.join(end) + end).as_bytes(), &format!("{end:?}"));
        is_whole(
            format!("{end}{}{end}{end}", lines.join(&format!("{end}{end}"))).as_bytes(),
            &format!("{end:?}, blank lines"),
        );
    }
    // Two of them in every arrangement: at which line one takes over from the other.
    for (one, other) in ends
        .iter()
        .flat_map(|one| ends.iter().map(move |other| (one, other)))
    {
        for change in 0..lines.len() {
            let end = |at: usize| if at < change { one } else { other };
            let text: String = lines
                .iter()
                .enumerate()
                .map(|(at, line)| format!("{line}{}", end(at)))
                .collect();
            // CR at the end of one line and LF at that of a blank one are one end, and nothing is lost.
            is_whole(
                text.as_bytes(),
                &format!("{one:?} then {other:?} from line {change}"),
            );
        }
        let text: String = lines
            .iter()
            .zip([one, other].into_iter().cycle())
            .map(|(line, end)| format!("{line}{end}"))
            .collect();
        is_whole(text.as_bytes(), &format!("{one:?} and {other:?} in turn"));
    }
}

#[test]
fn a_fold_may_lie_inside_a_character() {
    for width in [1, 2, 3, 5, 7, 11, 40, 49, 50, 51, 75] {
        for (end, blank) in [("\r\n", " "), ("\n", "\t"), ("\r", " "), ("\r\r\n", " ")] {
            is_whole(
                &folded(LONG, width, end, blank),
                &format!("{width} {end:?} {blank:?}"),
            );
        }
    }
    let read = read(&folded(LONG, 1, "\n", " ")).expect("a calendar");
    assert_eq!(
        read.days[&date("2026-12-14")],
        "Betriebsurlaub: Werkschließung für Köln, Łódź und 東京 – überall"
    );
}

#[test]
fn a_file_is_read_in_the_encoding_that_it_is_in() {
    let latin: String = LONG.replace(", Łódź und 東京 –", "");
    let latin_1: Vec<u8> = latin
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    };
    let crlf = LONG.replace('\n', "\r\n");
    let windows: Vec<u8> = latin_1
        .iter()
        .map(|byte| if *byte == b'-' { 0x96 } else { *byte })
        .collect();
    for (shape, content) in [
        ("UTF-8", LONG.as_bytes().to_vec()),
        ("UTF-8 with a mark", format!("\u{feff}{LONG}").into_bytes()),
        ("Latin-1", latin_1.clone()),
        ("Latin-1 with CR LF", folded(&latin, 900, "\r\n", " ")),
        ("Windows-1252", windows),
        ("UTF-16 LE with a mark", wide(LONG, u16::to_le_bytes, true)),
        ("UTF-16 BE with a mark", wide(LONG, u16::to_be_bytes, true)),
        ("UTF-16 LE, CR LF", wide(&crlf, u16::to_le_bytes, true)),
        ("UTF-16 BE, CR LF", wide(&crlf, u16::to_be_bytes, true)),
        (
            "UTF-16 LE without a mark",
            wide(LONG, u16::to_le_bytes, false),
        ),
        (
            "UTF-16 BE without a mark",
            wide(LONG, u16::to_be_bytes, false),
        ),
        (
            "an odd byte at the end",
            [wide(LONG, u16::to_le_bytes, true), vec![b'\n']].concat(),
        ),
        (
            "one line in Latin-1 among UTF-8",
            LONG.replace("Schöne", "Sch\u{1}ne")
                .bytes()
                .map(|b| if b == 1 { 0xf6 } else { b })
                .collect(),
        ),
    ] {
        is_whole(&content, shape);
    }
    let read = read(&latin_1).expect("a calendar");
    assert_eq!(
        read.days[&date("2026-12-14")],
        "Betriebsurlaub: Werkschließung für Köln überall"
    );
}
