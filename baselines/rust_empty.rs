//! rust_empty.rs: all that a static library needs; can rustc compile it? See meson.build.
