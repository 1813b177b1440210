//! Lines of text, broken at spaces.

use unicode_width::UnicodeWidthChar;

/// How many columns of a terminal a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text with no line wider than `most`; as it is where there is no limit. What is broken goes on below, indented
/// as it began.
pub fn fit(text: &str, most: Option<usize>) -> String {
    let Some(most) = most else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let indent = line.chars().take_while(|c| *c == ' ').count();
        out.push_str(&wrap(line, most, indent).join("\n"));
        out.push_str(end);
    }
    out
}

/// A line as lines of at most `most` columns, those after the first indented. A word that is wider is cut in two.
pub(super) fn wrap(line: &str, most: usize, indent: usize) -> Vec<String> {
    let most = most.max(8);
    if width(line) <= most {
        return vec![line.to_owned()];
    }
    // A deep indent would leave no place to write.
    let indent = if indent * 2 > most { 2 } else { indent };
    let mut lines = Vec::new();
    let mut rest = line;
    let mut lead = String::new();
    while width(&lead) + width(rest) > most {
        let (at, next) = cut(rest, most - width(&lead));
        lines.push(format!("{lead}{}", rest[..at].trim_end()));
        rest = rest[next..].trim_start_matches(' ');
        lead = " ".repeat(indent);
    }
    if !rest.is_empty() {
        lines.push(lead + rest);
    }
    lines
}

/// Where a text is cut so that its first part fits into `room`, and where the rest begins: at the last space, or
/// inside a word that is too wide for any line.
fn cut(text: &str, room: usize) -> (usize, usize) {
    let (mut used, mut space) = (0, None);
    let words = text.len() - text.trim_start_matches(' ').len();
    for (at, c) in text.char_indices() {
        if c == ' ' && at > words {
            space = Some(at);
        }
        used += c.width().unwrap_or(0);
        if used > room {
            let at = space
                .unwrap_or(at)
                .max(text.chars().next().map_or(0, char::len_utf8));
            return (at, at);
        }
    }
    (text.len(), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_and_only_there_if_it_can_be() {
        let text = "  one two three four\nfive\n\n/subscriptions/abcdefghijkl x\n";
        let fitted = fit(text, Some(12));
        assert_eq!(
            fitted,
            "  one two\n  three four\nfive\n\n/subscriptio\nns/abcdefghi\njkl x\n"
        );
        assert_eq!(fit(text, None), text);
    }

    #[test]
    fn what_is_wide_counts_as_wide() {
        for line in fit("日本語 日本語 日本語", Some(10)).lines() {
            assert!(width(line) <= 10, "{line}");
        }
    }
}
