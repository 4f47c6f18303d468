//! One page that needs nothing else: an overview, a graph and tables, for any browser, from disk.
//!
//! The page is a template whose parts are in `assets/report`; the scripts draw everything from the inventory, which stands in it as JSON.
//! They write it as text only, and a policy in the page's head forbids it to load anything.

use super::super::escape;
use crate::inventory::Inventory;
use minijinja::{Environment, UndefinedBehavior, context};

const PAGE: &str = include_str!("../../../assets/report/page.html");
const STYLE: &str = include_str!("../../../assets/report/page.css");
const TABLE: &str = include_str!("../../../assets/report/vendor/table-core.min.js");
const GRAPH: &str = include_str!("../../../assets/report/vendor/cytoscape.min.js");

/// The scripts in the order in which they need each other.
const SCRIPTS: &str = concat!(
    include_str!("../../../assets/report/js/text.js"),
    include_str!("../../../assets/report/js/model.js"),
    include_str!("../../../assets/report/js/state.js"),
    include_str!("../../../assets/report/js/overview.js"),
    include_str!("../../../assets/report/js/layout.js"),
    include_str!("../../../assets/report/js/network.js"),
    include_str!("../../../assets/report/js/graph.js"),
    include_str!("../../../assets/report/js/legend.js"),
    include_str!("../../../assets/report/js/panel.js"),
    include_str!("../../../assets/report/js/columns.js"),
    include_str!("../../../assets/report/js/detail.js"),
    include_str!("../../../assets/report/js/table.js"),
    include_str!("../../../assets/report/js/lists.js"),
    include_str!("../../../assets/report/js/main.js"),
);

/// The page.
///
/// # Errors
/// What serialising or the template gives; none for these values.
pub fn html(inventory: &Inventory) -> std::io::Result<String> {
    let json = serde_json::to_string(inventory)?;
    // No end of the script's element, nor the beginning of a comment.
    let data = escape::json(&json).replace('<', "\\u003c");
    let workspace = escape::terminal(&inventory.workspace);
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    // By the name's end, what is put in is escaped for HTML.
    let page = engine.render_named_str(
        "page.html",
        PAGE,
        context! {
            title => format!("{workspace} · cargo-spof"),
            style => STYLE,
            data,
            table_core => TABLE,
            cytoscape => GRAPH,
            scripts => SCRIPTS,
        },
    );
    page.map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_ends_before_its_end() {
        for script in [TABLE, GRAPH, SCRIPTS] {
            let script = script.to_lowercase();
            assert!(!script.contains("</script") && !script.contains("<!--"));
            assert!(!script.contains("sourcemappingurl"));
        }
    }

    #[test]
    fn no_name_is_markup() {
        let hostile = "a</title><script>alert(1)</script><!--\u{202e}\u{1b}[m".to_owned();
        let inventory = Inventory {
            workspace: hostile.clone(),
            ..Inventory::default()
        };
        let page = html(&inventory).expect("a page");
        assert!(!page.contains("alert(1)</script>") && !page.contains("a</title>"));
        assert!(!page.contains(['\u{202e}', '\u{1b}']));
        // What it means is the same.
        let (_, data) = page.split_once("id=\"data\">").expect("the data");
        let (data, _) = data.split_once("</script>").expect("its end");
        let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(data["workspace"], hostile);
    }
}
