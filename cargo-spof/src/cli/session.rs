//! From the arguments to what is analysed: workspace, catalogue, sources.

use super::args::WorkspaceArgs;
use super::errors::Failure;
use super::progress::Progress;
use cargo_spof::catalogue::{Catalogue, RuleFile};
use cargo_spof::inventory::Inventory;
use cargo_spof::lints::{self, Judged, NAMES, Wired};
use cargo_spof::policy::Policy;
use cargo_spof::sources::Sources;
use cargo_spof::workspace::load::{LoadOptions, WhichBaseline, load};
use cargo_spof::workspace::{SourceFile, Workspace};

/// What an analysis needs.
pub(crate) struct Session {
    /// The rules that come with the program, and the user's own.
    pub(crate) catalogue: Catalogue,
    /// The workspace's files and their facts.
    pub(crate) sources: Sources,
}

/// Loads and reads the workspace.
pub(crate) fn open(args: &WorkspaceArgs, progress: &Progress) -> Result<Session, Failure> {
    open_with(&options(args), progress)
}

/// Loads and reads what the options say.
pub(crate) fn open_with(options: &LoadOptions, progress: &Progress) -> Result<Session, Failure> {
    progress.say("loading the workspace");
    read(load(options)?, progress)
}

/// What the arguments say of the workspace.
pub(crate) fn options(args: &WorkspaceArgs) -> LoadOptions {
    LoadOptions {
        manifest_path: args.manifest_path.clone(),
        packages: args.packages.clone(),
        exclude: args.exclude.clone(),
        all_targets: args.all_targets,
        lints: &NAMES,
        baseline: WhichBaseline::None,
    }
}

/// Reads the files of a loaded workspace.
pub(crate) fn read(workspace: Workspace, progress: &Progress) -> Result<Session, Failure> {
    let catalogue = catalogue(&workspace)?;
    let sources = Sources::read(workspace, &catalogue, &|n| {
        progress.say(format!("read {n} files"));
    });
    progress.say(format!("analysing {} files", sources.files.len()));
    Ok(Session { catalogue, sources })
}

/// The inventory of a workspace of which no other revision is known, and its findings.
pub(crate) fn inventory(wired: &Wired<'_, '_>, policy: &Policy<'_>) -> (Inventory, Judged) {
    let judged = lints::run(wired, None, policy);
    let mut inventory = Inventory::new(wired.outages());
    inventory.mark_undeclared(judged.all());
    (inventory, judged)
}

/// The day where the user is.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}

fn catalogue(workspace: &Workspace) -> Result<Catalogue, Failure> {
    let own = workspace
        .rule_files
        .iter()
        .filter_map(|&id| workspace.files.get(id));
    // The built-in files live for ever, the own ones as long as the workspace: rebuilt, both have the shorter life.
    let built_in =
        Catalogue::built_in().map(|RuleFile { file, stem, text }| RuleFile { file, stem, text });
    let files: Vec<RuleFile<'_>> = built_in.chain(own.map(rule_file)).collect();
    Catalogue::new(&files).map_err(|problems| Failure::Rules {
        files: workspace.files.clone(),
        problems,
    })
}

fn rule_file(file: &SourceFile) -> RuleFile<'_> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    RuleFile {
        file: file.id,
        stem: name.strip_suffix(".toml").unwrap_or(name),
        text: &file.text,
    }
}
