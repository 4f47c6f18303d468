//! Whether an entry point answers a request of some method and path.

/// How well a route fits, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is no route, and takes what comes; or nothing is known of the path.
    Any,
    /// A beginning that the request does not show stands before the path.
    Inner,
    /// A rest of the path is taken as it is.
    Rest,
    /// Segment by segment.
    Whole,
}

/// How well an entry point's name fits a request; `None` where it does not.
pub(super) fn fit(name: &str, method: Option<&str>, path: Option<&str>) -> Option<Fit> {
    let Some((own, route)) = name
        .split_once(' ')
        .filter(|(_, route)| route.starts_with('/'))
    else {
        return Some(Fit::Any);
    };
    if own != "*" && method.is_some_and(|method| method != own && method != "*") {
        return None;
    }
    let Some(path) = path else {
        return Some(Fit::Any);
    };
    let route: Vec<&str> = segments(route).collect();
    let path: Vec<&str> = segments(path).collect();
    whole(&route, &path).or_else(|| {
        let hidden = (1..route.len()).filter(|_| !path.is_empty());
        let mut inner = hidden.map(|at| whole(&route[at..], &path));
        inner.any(|fit| fit.is_some()).then_some(Fit::Inner)
    })
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn whole(route: &[&str], path: &[&str]) -> Option<Fit> {
    match (route, path) {
        ([], []) => Some(Fit::Whole),
        ([last], _) if is_rest(last) => Some(Fit::Rest),
        ([own, route @ ..], [asked, path @ ..]) if is_same(own, asked) => whole(route, path),
        _ => None,
    }
}

/// Whether a route's segment takes all that is left: `*`, `{*path}`, `<path..>`, `{tail:.*}`.
fn is_rest(segment: &str) -> bool {
    segment.contains('*') || segment.contains("..")
}

fn is_same(own: &str, asked: &str) -> bool {
    let is_parameter = own.starts_with([':', '<']) || own.contains('{');
    is_parameter || own == asked || asked.contains("{}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_fit_requests() {
        let fits = |name, method, path| fit(name, Some(method), Some(path));
        assert_eq!(fits("GET /a/{id}", "GET", "/a/{}"), Some(Fit::Whole));
        assert_eq!(fits("GET /a/{id}", "POST", "/a/1"), None);
        assert_eq!(fits("* /a/:id", "POST", "/a/1"), Some(Fit::Whole));
        assert_eq!(fits("GET /api/v1/a/{id}", "GET", "/a/1"), Some(Fit::Inner));
        assert_eq!(
            fits("GET /files/{*path}", "GET", "/files/a/b"),
            Some(Fit::Rest)
        );
        assert_eq!(fits("GET /a", "GET", "/b"), None);
        assert_eq!(fits("GET /", "GET", "/"), Some(Fit::Whole));
        assert_eq!(fits("a::b::consume", "GET", "/b"), Some(Fit::Any));
        assert_eq!(fit("GET /a", None, None), Some(Fit::Any));
    }
}
