//! `cargo spof` answers one question about a Rust workspace before an outage does: **when a shared store is down, which
//! of our services fail, which degrade, and did anybody decide that on purpose?**
//!
//! It parses the workspace's own code and metadata, finds every call site of a shared store, checks each for a
//! declaration of what happens in that store's outage, and reports what is undeclared or untrue. Nothing is built and no
//! code of the workspace is run. This crate is the pure analysis; the binary adds terminal, files and processes.
//!
//! # Pipeline
//!
//! The source tree is the pipeline. In reading order:
//!
//! | stage | module | what comes in and what goes out |
//! |---|---|---|
//! | load | [`workspace::load`] | `cargo metadata`, module files, `spof.toml` → [`workspace::Workspace`], [`workspace::Files`] |
//! | extract | [`facts`] | one file's text → [`facts::FileFacts`]; never fails, parallel, cacheable |
//! | resolve | [`mod@resolve`] | the facts of all crates → modules, names, types of receivers ([`resolve::Program`]) |
//! | match | [`sites`] | resolved bodies × [`catalogue`] → call sites with their certainty ([`sites::Site`]) |
//! | flow | [`flow`] | call sites and calls → what the code does with the error of each ([`flow::Flow`]) |
//! | declare | [`declarations`] | attributes, comments, `spof.toml` → declarations on scopes; [`coverage`] says which speaks for which code |
//! | propagate | [`outage`] | call graph labelled with flows; a store fails → the functions that fail with it |
//! | verify | [`promises`] | declarations × sites, calls and flows → whether each is true of the code |
//! | link | [`links`] | call sites × [`services`] → which entry points of the workspace answer a call |
//! | answer | [`blast`] | the analysis × what is down → the outcome of each entry point and of each of the [`services`] |
//! | list | [`inventory`] | services × what they depend on, with outcomes and declarations → one owned value |
//! | compare | [`diff`] | the inventories of two revisions → what came, went and does otherwise |
//! | judge | [`lints`] | one file a lint: a static value and one function over the finished [`analysis::Analysis`] |
//! | report | [`report`] | findings and analysis as text, one file a format |
//!
//! [`analysis`] runs the stages in this order, over the [`sources`] that load and extract yield, together with what generators
//! would write. Beside them: the [`catalogue`] is what is known about clients, as data;
//! [`stores`] names the store of a call site; [`policy`] is the level of each lint and who set it; [`ratchet`] is which findings a baseline accepts; [`summary`] counts what a run read, found and did not see. The ground that
//! every stage may stand on: [`span`], [`finding`], [`spanned_toml`].
//!
//! # Invariants
//!
//! What never happens, and why that matters:
//!
//! - Nothing outside of [`facts`] knows the syntax tree: facts are owned data, comparable and serialisable.
//! - Nothing outside of [`workspace::load`] touches files, the environment or other processes: the same input gives the
//!   same output, in any file order and with any number of threads.
//! - No client is known to the code: [`facts`] and [`mod@resolve`] do not see the catalogue, and what calls yield beyond their
//!   signatures is asked of a [`resolve::Knowledge`]. A new client is one more rule file.
//! - Analysis never fails, only loading does: broken code and unknown names are findings or unseen places.
//! - Nothing is left out in silence: an answer is known, ambiguous or [unknown with a reason](resolve::Why), and the reasons
//!   are counted.
//! - A declaration never changes what the code is found to do: it is a claim, and the code decides whether it is true.
//! - A lint looks at no facts, no report and no other lint; a report decides nothing.

pub mod analysis;
pub mod blast;
pub mod catalogue;
pub mod coverage;
pub mod declarations;
pub mod diff;
pub mod facts;
pub mod finding;
pub mod flow;
mod generated;
pub mod inventory;
pub mod links;
pub mod lints;
pub mod outage;
pub mod policy;
pub mod promises;
pub mod ratchet;
pub mod report;
pub mod resolve;
pub mod services;
pub mod sites;
pub mod sources;
pub mod span;
pub mod spanned_toml;
pub mod stores;
pub mod suggest;
pub mod summary;
pub mod workspace;
