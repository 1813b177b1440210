//! Components of a calendar file, `BEGIN` to `END`, and their properties.

use super::error::{LineError, Oddity, shortened};
use super::text::Line;

/// A calendar, its event, the event's alarm: three.
const DEEPEST: usize = 8;

/// The properties that mean something here, and those of a zone.
const USED: [&str; 18] = [
    "CATEGORIES",
    "DESCRIPTION",
    "DTEND",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-LIC-LOCATION",
    "X-WR-TIMEZONE",
];
/// Those of them that are dates.
const DATED: [&str; 5] = ["DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"];
/// Lines that are told, and no more: a file may hold a million that cannot be read.
const MOST_ODDITIES: usize = 1_000;

/// The components right within a calendar.
const BESIDE_EACH_OTHER: [&str; 5] = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"];

/// `DTSTART;TZID=Europe/Berlin:20261214T000000`.
pub(super) struct Property {
    /// The line of the file on which it begins.
    pub line: usize,
    /// In upper case.
    name: String,
    /// Names in upper case, values without quotes.
    params: Vec<(String, String)>,
    pub value: String,
}

impl Property {
    /// Whether anything is done with it; whatever else a file holds is not kept.
    fn is_used(&self) -> bool {
        USED.contains(&self.name.as_str()) || self.name.contains("ALLDAY")
    }

    fn read(line: &Line) -> Option<Property> {
        let text = line.text.as_str();
        let end = text.find([';', ':'])?;
        // A date has no colon; a zone that somebody forgot to put in quotes may: `TZID=(UTC+01:00) Berlin`.
        let dated = DATED.iter().any(|name| {
            text.get(..end)
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
        });
        let colon = match dated {
            true => text.rfind(':'),
            false => outside_quotes(text, ':').or_else(|| text.find(':')),
        }?;
        let (head, value) = (text.get(..colon)?, text.get(colon + 1..)?);
        let mut params = Vec::new();
        let mut rest = Some(head);
        while let Some(text) = rest {
            let end = outside_quotes(text, ';').unwrap_or(text.len());
            params.push(text.get(..end)?);
            rest = text.get(end + 1..);
        }
        let mut params = params.into_iter();
        let name = params.next()?.trim().to_ascii_uppercase();
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(letters) {
            return None;
        }
        let params = params.map(|param| {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            let value = value.trim().trim_matches('"');
            (name.trim().to_ascii_uppercase(), value.to_owned())
        });
        Some(Property {
            line: line.number,
            name,
            params: params.collect(),
            value: value.trim().to_owned(),
        })
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Where the first such character stands that is not within quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    let found = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && *c == wanted
    });
    found.map(|(at, _)| at)
}

/// A calendar, an event, a time zone, …
pub(super) struct Component {
    /// In upper case.
    pub name: String,
    /// The line of its `BEGIN`.
    pub line: usize,
    /// Its `END` is there.
    pub whole: bool,
    properties: Vec<Property>,
    children: Vec<Component>,
}

impl Component {
    fn begin(name: &str, line: usize) -> Component {
        Component {
            name: name.to_ascii_uppercase(),
            line,
            whole: false,
            properties: Vec::new(),
            children: Vec::new(),
        }
    }

    /// The properties of that name (in upper case) that are not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        let properties = self.properties.iter();
        properties.filter(move |property| property.name == name && !property.value.is_empty())
    }

    pub fn first(&self, name: &str) -> Option<&Property> {
        let mut properties = self.properties.iter();
        properties.find(|property| property.name == name && !property.value.is_empty())
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.first(name).map(|property| property.value.as_str())
    }

    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        let children = self.children.iter();
        children.filter(move |child| child.name == name)
    }
}

/// The components that lie one after another in a file, and the lines that fit nowhere.
pub(super) struct Tree {
    pub roots: Vec<Component>,
    pub oddities: Vec<Oddity>,
    open: Vec<Component>,
}

impl Tree {
    /// Reads all lines; `Err`: why they are no calendar as a whole.
    ///
    /// One that is not ended at the end of the file was cut off, and what is missing nobody can tell: refused. Any
    /// other `BEGIN` or `END` without its counterpart costs the component that it stands in.
    pub fn read(lines: impl Iterator<Item = Line>) -> Result<Tree, Oddity> {
        let mut tree = Tree {
            roots: Vec::new(),
            oddities: Vec::new(),
            open: Vec::new(),
        };
        for line in lines {
            tree.take(&line)?;
        }
        match tree.open.first() {
            Some(open) => Err(Oddity {
                line: open.line,
                why: LineError::NotEnded(shortened(&open.name)),
            }),
            None => Ok(tree),
        }
    }

    fn take(&mut self, line: &Line) -> Result<(), Oddity> {
        let Some(property) = Property::read(line) else {
            self.odd(line.number, LineError::NoProperty(shortened(&line.text)));
            return Ok(());
        };
        match property.name.as_str() {
            "BEGIN" => self.begin(&property),
            "END" => {
                self.end(&property);
                Ok(())
            }
            _ => {
                match self.open.last_mut() {
                    Some(open) if property.is_used() => open.properties.push(property),
                    Some(_) => {}
                    None => self.odd(line.number, LineError::NoProperty(shortened(&line.text))),
                }
                Ok(())
            }
        }
    }

    fn begin(&mut self, property: &Property) -> Result<(), Oddity> {
        let begun = Component::begin(&property.value, property.line);
        // None of these lies in another: the one before lacks its end.
        let before = match begun.name.as_str() {
            "VCALENDAR" => Some(0),
            name if BESIDE_EACH_OTHER.contains(&name) => {
                let beside = |open: &Component| BESIDE_EACH_OTHER.contains(&open.name.as_str());
                self.open.iter().position(beside)
            }
            _ => None,
        };
        if let Some(before) = before {
            self.close(before);
        }
        if self.open.len() == DEEPEST {
            return Err(Oddity {
                line: property.line,
                why: LineError::TooDeep(DEEPEST),
            });
        }
        self.open.push(begun);
        Ok(())
    }

    fn end(&mut self, property: &Property) {
        let ends = |open: &Component| open.name.eq_ignore_ascii_case(&property.value);
        let Some(at) = self.open.iter().rposition(ends) else {
            let name = shortened(&property.value);
            return self.odd(property.line, LineError::NotBegun(name));
        };
        if let Some(open) = self.open.get_mut(at) {
            open.whole = true;
        }
        self.close(at);
    }

    /// Puts away everything that is open from this depth on.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(closed) = self.open.pop() else {
                return;
            };
            if !closed.whole {
                let name = shortened(&closed.name);
                self.odd(closed.line, LineError::NotEnded(name));
            }
            match self.open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => self.roots.push(closed),
            }
        }
    }

    fn odd(&mut self, line: usize, why: LineError) {
        if self.oddities.len() < MOST_ODDITIES {
            self.oddities.push(Oddity { line, why });
        }
    }
}
