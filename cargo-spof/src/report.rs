//! Reports: a finished analysis as text. One file a format; nothing is decided here.

pub mod sites;
