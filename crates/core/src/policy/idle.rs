//! `lamp-idle`: a length of time, and the load below which a resource counts as idle: `60m cpu<10% gpu<2%`.

use super::cursor::Cursor;
use super::fault::Fault;
use super::simple::{length_or_off, plain};
use super::values::{Idle, Limits, Percent};

const EXPECTED: &str = "expected a load such as cpu<10% or gpu<2%";

pub(super) fn parse(text: &str) -> Result<Idle, Fault> {
    plain(text)?;
    let Some(begin) = limits_at(text) else {
        let length = length_or_off(text)?;
        return Ok(length.map_or(Idle::Off, |length| Idle::After {
            length,
            limits: Limits::default(),
        }));
    };
    let mut cursor = Cursor::new(text);
    let head = cursor.slice(0, begin);
    let head = head.trim_end();
    let head = head.strip_suffix(',').unwrap_or(head);
    if head.trim().is_empty() {
        let message = "expected a length of time before the load, such as 60m";
        return Err(Fault::new(0, message).fix(0, begin, "60m "));
    }
    let Some(length) = length_or_off(head)? else {
        let (at, end) = (head.chars().count(), cursor.end());
        return Err(Fault::new(begin, "nothing follows off").fix(at, end, ""));
    };
    cursor.at = begin;
    let limits = limits(&mut cursor)?;
    Ok(Idle::After { length, limits })
}

/// Where the loads begin: at the first word `cpu` or `gpu`, else at the word around a sign that only loads have.
fn limits_at(text: &str) -> Option<usize> {
    let chars: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
    let starts = |at: usize| at == 0 || chars[at - 1].is_whitespace() || chars[at - 1] == ',';
    let named = (0..chars.len()).find(|at| {
        let word = chars.get(*at..*at + 3);
        starts(*at) && matches!(word, Some(['c' | 'g', 'p', 'u']))
    });
    named.or_else(|| {
        let sign = chars.iter().position(|c| matches!(c, '<' | '>' | '%'))?;
        (1..=sign).rev().find(|at| starts(*at))
    })
}

fn limits(cursor: &mut Cursor) -> Result<Limits, Fault> {
    let (mut cpu, mut gpu) = (None, None);
    loop {
        cursor.skip_space();
        let at = cursor.at;
        let name = cursor.take_while(char::is_alphabetic);
        let place = match name.to_ascii_lowercase().as_str() {
            "cpu" => &mut cpu,
            "gpu" => &mut gpu,
            _ => return Err(Fault::new(at, EXPECTED)),
        };
        let percent = load(cursor)?;
        if place.replace(percent).is_some() {
            return Err(Fault::new(at, format!("{name} is given twice")));
        }
        cursor.skip_space();
        let at = cursor.at;
        if cursor.eat(';') {
            return Err(Fault::new(at, "expected a space between loads").fix(at, at + 1, " "));
        }
        if cursor.eat(',') && cursor.rest().trim().is_empty() {
            let end = cursor.end();
            return Err(Fault::new(at, "nothing follows this comma").fix(at, end, ""));
        }
        if cursor.peek().is_none() {
            break;
        }
    }
    let usual = Limits::default();
    Ok(Limits {
        cpu: cpu.unwrap_or(usual.cpu),
        gpu: gpu.unwrap_or(usual.gpu),
    })
}

/// `<10%`; the sign at the end may be left out.
fn load(cursor: &mut Cursor) -> Result<Percent, Fault> {
    cursor.skip_space();
    let at = cursor.at;
    if !cursor.eat('<') {
        let signs = cursor.take_while(|c| matches!(c, '>' | '=' | ':' | '≤' | '≥'));
        return Err(Fault::new(at, "expected <").fix(at, at + signs.chars().count(), "<"));
    }
    let equal = cursor.at;
    if cursor.eat('=') {
        return Err(Fault::new(equal, "expected <, without =").fix(equal, equal + 1, ""));
    }
    cursor.skip_space();
    let at = cursor.at;
    let number = cursor.take_while(|c| c.is_ascii_digit() || c == '.');
    let to = cursor.at;
    if number.is_empty() {
        return Err(Fault::new(at, "expected a percentage such as 10%"));
    }
    let Some(percent) = Percent::read(&number) else {
        let message = "expected a percentage from 0.1% to 100%, with one decimal at most";
        let fault = Fault::new(at, message);
        return Err(match number.parse::<f64>() {
            Ok(value) if value > 100.0 => fault.fix(at, to, "100"),
            Ok(value) if value >= 0.1 => fault.fix(at, to, format!("{:.1}", value - 0.05)),
            Ok(_) => fault.fix(at, to, "0.1"),
            Err(_) => fault,
        });
    };
    cursor.skip_space();
    cursor.eat('%');
    Ok(percent)
}
