//! Attributes that say what the users of a piece of code see while a shared store is down.
//!
//! `cargo spof` reads them and checks that they are true of the code. The compiler sees nothing:
//! each attribute returns its item unchanged, and this crate has no dependencies.
//!
//! Where an attribute cannot stand, on a statement or a field, a comment says the same:
//!
//! ```
//! # fn publish() -> Result<(), ()> { Err(()) }
//! # fn keep_in_outbox() {}
//! // spof: on_outage(audit, defer, to = keep_in_outbox)
//! if publish().is_err() {
//!     keep_in_outbox();
//! }
//! ```

use proc_macro::TokenStream;

/// Declares what happens while a store is down.
///
/// First the store, then a verb (`fail`, `skip`, `default`, `stale`, `failover`, `defer`,
/// `fail_open` or `fail_closed`), then what the verb needs. It stands on functions, impls, traits,
/// modules and types.
///
/// ```
/// # struct Session;
/// # fn cached_session() -> Session { Session }
/// #[spof::on_outage(sessions, stale, via = cached_session, max_age = "10m")]
/// fn load_session() -> Session {
///     cached_session()
/// }
///
/// #[spof::on_outage(billing-db, fail, reason = "system of record", owner = "@payments")]
/// fn charge() {}
/// ```
#[proc_macro_attribute]
pub fn on_outage(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Accepts a finding of `cargo spof`, and says why.
///
/// ```
/// #[spof::allow(unbounded_wait, reason = "the caller bounds it")]
/// fn refill() {}
/// ```
#[proc_macro_attribute]
pub fn allow(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}
