//! What the check finds and what it does not, over a crate made up for it.

use crate::pins::Pins;
use crate::report::Report;
use std::fs;
use std::path::Path;

const LIB: &str = r"
//! A client.
mod conn;
mod moved;
pub mod aio;
#[macro_use]
mod macros;
pub use conn::{Client, Commands};
use moved::Moved;

pub type Handle = Client;
pub async fn open() -> Client { todo!() }
pub(crate) use moved::Moved as Hidden;
builders! { Get with_key }
";

const CONN: &str = r"
use std::ops::Deref;
#[derive(Clone)]
pub struct Client { inner: crate::moved::Moved }
impl Client {
    /// Gets `not_a_method`.
    pub fn get(&self) { fn inner_function() {} }
    commands! { set => write }
}
impl Deref for Client { type Target = crate::moved::Moved; fn deref(&self) -> &Self::Target { &self.inner } }
pub trait Base { fn ping(&self); }
pub trait Commands: Base { type Reply; fn incr(&self); }
pub trait Ext: Commands { fn decr(&self) {} }
impl<T: Commands> Ext for T {}
impl Base for Client { fn ping(&self) {} }
impl Commands for Client { type Reply = u8; fn incr(&self) {} }
";

const MACROS: &str = r"
macro_rules! commands { ($name:ident => $kind:ident) => { pub fn $name(&self) {} } }
macro_rules! builders { ($($name:ident $method:ident)*) => { paste! { $(pub struct [<$name Builder>];)* } } }
#[macro_export]
macro_rules! cmd { () => {} }
";

/// Problems of a rule about that crate, without the file's name.
fn problems(rule: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    write("keeper/src/lib.rs", LIB);
    write("keeper/src/conn.rs", CONN);
    write("keeper/src/macros.rs", MACROS);
    write(
        "keeper/src/moved.rs",
        "pub struct Moved;\nimpl Moved { pub fn deep(&self) {} }\n",
    );
    write(
        "keeper/src/aio.rs",
        "pub struct Connection;\nimpl Connection { pub async fn get(&self) {} }\n",
    );
    let header = "crate = \"keeper\"\nstore = \"Keeper\"\nkind = \"kv\"\nscope = \"shared\"\n";
    write("rules/keeper.toml", &format!("{header}{rule}"));
    let krate = dir
        .path()
        .join("keeper")
        .canonicalize()
        .expect("a directory");
    let pins = Pins::single("keeper", &krate, &krate.join("src/lib.rs"));
    let report = Report::of(&pins, Path::new(&dir.path().join("rules"))).expect("a rule");
    report.problems.join("\n").replace("rules/keeper.toml:", "")
}

#[test]
fn what_is_published_is_found() {
    let rule = r#"
[types]
Conn = ["{Client,Commands,Handle}", "aio::*"]
[api]
keeper = '''
pub use conn::Client;
mod conn {
    pub struct Client;
    impl Client { pub fn get(&self); }
}
pub trait Commands { type Reply; fn incr(&self); fn ping(&self); }
pub struct Call; // stand-in: for all builders
impl Call { pub fn whatever(self); }
'''
[flow]
"{open}" = "Conn"
[ops]
"Conn.{get,set,deep,ping,incr,decr,clone}" = "read"
"Conn.de*" = "read"
"_.decr(Conn)" = "write"
"cmd!" = "none"
"#;
    assert_eq!(problems(rule), "");
}

#[test]
fn what_is_not_published_is_told_at_its_place() {
    let rule = r#"
[types]
Conn = ["Client", "aio::Conection"]
Old = ["{Moved,Hidden}"]
[api]
keeper = '''
pub struct Client;
impl Client { pub fn gett(&self); }
pub mod conn { pub struct Connection; }
pub use aio::Connection;
'''
[ops]
"Conn.{get,not_a_method,inner_function}" = "read"
"aio::open" = "connect"
"Conn.scan*" = "read"
"_.lost(Conn)" = "write"
"cmds!" = "none"
[bounds]
set_by = ["Client.set_timeout"]
"#;
    let expected = [
        "7:25: aio::Conection",
        "8:10: Moved",
        "8:16: Hidden",
        "12:22: Client.gett",
        "14:14: Connection",
        "17:12: Conn.not_a_method",
        "17:25: Conn.inner_function",
        "18:7: aio::open",
        "19:7: Conn.scan*",
        "20:4: _.lost",
        "21:2: cmds!",
        "23:19: Client.set_timeout",
    ];
    let found = problems(rule).replace(" is in none of keeper 1.0.0", "");
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}
