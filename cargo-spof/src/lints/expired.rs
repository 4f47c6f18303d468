//! `expired`: what was accepted until a day that has passed.

use super::{Check, Lint};
use crate::analysis::Analysis;
use crate::finding::{Finding, Level};
use crate::promises::Status;
use crate::workspace::config::Spanned;
use jiff::Span;
use jiff::civil::Date;

/// The lint.
pub(super) static LINT: Lint = Lint {
    name: "expired",
    level: Level::Deny,
    summary: "the day until which a declaration holds has passed",
    page: include_str!("pages/expired.md"),
    check: Check::Code(check),
};

/// How many days before the end a warning begins.
const NOTICE: i32 = 30;

/// Something that holds until a day.
struct Term<'t> {
    until: &'t Spanned<String>,
    /// What it is about.
    what: String,
    store: &'t str,
    owner: Option<&'t Spanned<String>>,
    /// How far the code bears it out, where it is a declaration.
    status: Option<Status>,
}

fn check(analysis: &Analysis<'_>, out: &mut Vec<Finding>) {
    let declarations = analysis.coverage.declarations.iter();
    let declared = declarations.zip(&analysis.promises);
    let declared = declared.filter_map(|(attached, promise)| {
        let declaration = &attached.declaration;
        let verb = declaration.verb.map_or("", |verb| verb.value.word());
        Some(Term {
            until: declaration.until.as_ref()?,
            what: format!("`{verb}` for `{}`", declaration.store.value),
            store: &declaration.store.value,
            owner: declaration.owner.as_ref(),
            status: Some(promise.status),
        })
    });
    let stores = analysis.sources.workspace.config.stores.iter();
    let single = stores.filter_map(|(name, store)| {
        let single = store.single.as_ref()?;
        Some(Term {
            until: single.until.as_ref()?,
            what: format!("the only provider of `{name}`"),
            store: name,
            owner: single.owner.as_ref(),
            status: None,
        })
    });
    let terms = declared.chain(single);
    out.extend(terms.filter_map(|term| judge(&term, analysis.today)));
}

fn judge(term: &Term<'_>, today: Date) -> Option<Finding> {
    let text = &term.until.value;
    let (level, message, label) = match text.trim().parse::<Date>() {
        Err(_) => (
            LINT.level,
            format!("{} is declared until `{text}`, which is no date", term.what),
            "a date that cannot be read has passed".to_owned(),
        ),
        // The day itself counts.
        Ok(day) if day < today => (
            LINT.level,
            format!("{} was declared until {day}, which has passed", term.what),
            format!("{} ago", days(day, today)),
        ),
        Ok(day) if day <= today.saturating_add(Span::new().days(NOTICE)) => (
            Level::Warn,
            format!("{} is declared until {day}", term.what),
            match days(today, day).as_str() {
                "0 days" => "the last day is today".to_owned(),
                left => format!("{left} left"),
            },
        ),
        Ok(_) => return None,
    };
    let owner = term.owner.map(|owner| format!("owner: {}", owner.value));
    let help = "do what was put off, or decide again and write a new day (`2027-03-31`)";
    Some(Finding {
        store: term.store.to_owned(),
        notes: owner.into_iter().collect(),
        help: Some(help.to_owned()),
        status: term.status.map(Status::word),
        ..Finding::new(LINT.name, level, message, term.until.place, label)
    })
}

/// From one day to another.
fn days(from: Date, to: Date) -> String {
    match from.until(to).map_or(0, |span| span.get_days()) {
        1 => "1 day".to_owned(),
        n => format!("{n} days"),
    }
}
