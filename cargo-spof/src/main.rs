//! The binary.
use cargo_spof::{analysis::Sources, catalogue::Catalogue, report, workspace::load};
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let t = std::time::Instant::now();
    let ws = load::load(&load::LoadOptions {
        manifest_path: Some(path.into()),
        packages: vec![],
        exclude: vec![],
        all_targets: false,
        lints: &[],
    })
    .unwrap_or_else(|e| panic!("{e}"));
    eprintln!("load {:?}", t.elapsed());
    let catalogue = match Catalogue::new(&Catalogue::built_in().collect::<Vec<_>>()) {
        Ok(c) => c,
        Err(p) => {
            for p in p {
                eprintln!("{} {:?}", p.message, p.place);
            }
            return;
        }
    };
    eprintln!("catalogue {:?}", t.elapsed());
    let mut sources = Sources::read(ws, &|_| {});
    eprintln!("read {:?} {} files", t.elapsed(), sources.files.len());
    for p in &sources.problems {
        eprintln!("{p:?}");
    }
    let analysis = sources.analyze(&catalogue);
    eprintln!("analyze {:?}", t.elapsed());
    print!(
        "{}",
        report::sites::json_lines(&report::sites::records(&analysis)).unwrap()
    );
    let mut why: std::collections::BTreeMap<&str, usize> = Default::default();
    for u in &analysis.undecided {
        *why.entry(u.why.phrase()).or_default() += 1;
        if std::env::var("UNSEEN").is_ok() {
            let f = analysis.sources.files.get(u.place.file).unwrap();
            eprintln!(
                "{}:{} {} {}",
                f.path,
                f.lines.line_col(&f.text, u.place.span.start).line,
                u.name,
                u.why.phrase()
            );
        }
    }
    eprintln!("{why:?} sites {}", analysis.sites.len());
}
