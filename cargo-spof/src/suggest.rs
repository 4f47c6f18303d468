//! The known word that an unknown one was probably meant to be.

/// The nearest of `known` to `word`, where one is near enough to be a slip of the pen.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|candidate| {
            let longer = candidate.len().abs_diff(word.len());
            (distance(&word, candidate), longer, candidate)
        })
        .filter(|&(distance, _, candidate)| distance <= allowance(&word, candidate))
        .min()
        .map(|(.., candidate)| candidate)
}

/// How many letters differ. One that begins like the other is one step away: `reason_why`.
fn distance(word: &str, candidate: &str) -> usize {
    let candidate = candidate.to_lowercase().replace('_', "-");
    let (short, long) = if word.len() < candidate.len() {
        (word, candidate.as_str())
    } else {
        (candidate.as_str(), word)
    };
    if short == long {
        return 0;
    }
    if short.len() >= 3 && long.starts_with(short) {
        return 1;
    }
    strsim::damerau_levenshtein(word, &candidate)
}

fn allowance(word: &str, candidate: &str) -> usize {
    word.len().max(candidate.len()).div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_has_a_nearest_word_and_another_word_has_none() {
        let known = ["providers", "handles", "slo"];
        assert_eq!(nearest("provider", known), Some("providers"));
        assert_eq!(nearest("hanldes", known), Some("handles"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(
            nearest("broken_promise", ["broken-promise"]),
            Some("broken-promise")
        );
        assert_eq!(
            nearest("fail-open", ["fail", "fail_open"]),
            Some("fail_open")
        );
    }
}
