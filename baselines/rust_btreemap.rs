//! rust_btreemap.rs: Rust's std::collections::BTreeMap<Vec<u8>, u64>, nodes of eleven
//! entries, each key a heap block of its own. The functions are called by
//! rust_btreemap.c alone and do what ab.h says of their names there.
//!
//! Memory: all that is allocated while an index is worked on is charged to it, by the
//! global allocator below, and so comes from its ab_alloc. When that has none, std ends
//! the process (AB_OOM_EXITS). Panics do so, too: built with panic=abort, nothing
//! unwinds into C. Threads: get and the scans allocate nothing and may run in many.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::size_of;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::os::raw::{c_char, c_int};
use std::{ptr, slice};

// ---- ab.h, whose sizes and places rust_btreemap.c compares with these ----

const AB_OK: c_int = 0;
const AB_REPLACED: c_int = 1;
const AB_NOT_FOUND: c_int = 2;
const AB_STOPPED: c_int = 3;

#[repr(C)]
pub struct Alloc {
    alloc: extern "C" fn(*mut c_void, usize) -> *mut c_void,
    resize: extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void,
    free: extern "C" fn(*mut c_void, *mut c_void, usize),
    ctx: *mut c_void,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Key {
    p: *const u8,
    n: usize,
}

impl Key {
    unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.n == 0 {
            &[] // `p` may be NULL
        } else {
            slice::from_raw_parts(self.p, self.n)
        }
    }
}

#[repr(C)]
pub struct Range {
    lo: Key,
    hi: Key,
    has_hi: bool,
}

#[repr(C)]
pub struct Memory {
    total: usize,
    inner: usize,
    leaf: usize,
    key: usize,
    slack: usize,
    nodes: [usize; AB_KINDS],
}

const AB_KINDS: usize = 16;

const WORD: usize = size_of::<usize>();
const _: () = assert!(size_of::<Alloc>() == 4 * WORD && size_of::<Key>() == 2 * WORD);
const _: () = assert!(size_of::<Range>() == 5 * WORD && size_of::<Memory>() == 21 * WORD);

type Visit = extern "C" fn(*mut c_void, Key, u64) -> bool;

// ---- memory ----

/// What one index holds, in bytes; its nodes are counted as well.
struct Account {
    mem: *const Alloc,
    key_bytes: Cell<usize>,
    node_bytes: Cell<usize>,
    nodes: Cell<usize>,
}

impl Account {
    /// Key bytes alone need no alignment.
    fn count(&self, layout: Layout, step: usize) {
        let add = |to: &Cell<usize>, n: usize| to.set(to.get().wrapping_add(n.wrapping_mul(step)));
        if layout.align() == 1 {
            add(&self.key_bytes, layout.size());
        } else {
            add(&self.node_bytes, layout.size());
            add(&self.nodes, 1);
        }
    }
}

thread_local! {
    /// What this thread's allocations are charged to; null: nothing.
    static CHARGED: Cell<*const Account> = const { Cell::new(ptr::null()) };
}

/// While it lives, allocations of this thread are on an account.
struct Charge;

impl Charge {
    fn to(account: *const Account) -> Charge {
        CHARGED.with(|c| c.set(account));
        Charge
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        CHARGED.with(|c| c.set(ptr::null()));
    }
}

unsafe fn take(mem: *const Alloc, layout: Layout) -> *mut u8 {
    match mem.as_ref() {
        Some(m) => (m.alloc)(m.ctx, layout.size()) as *mut u8,
        None => System.alloc(layout),
    }
}

unsafe fn give(mem: *const Alloc, p: *mut u8, layout: Layout) {
    match mem.as_ref() {
        Some(m) => (m.free)(m.ctx, p as *mut c_void, layout.size()),
        None => System.dealloc(p, layout),
    }
}

/// ab_alloc aligns as malloc does, which is enough for everything in a BTreeMap.
struct Hook;

unsafe impl GlobalAlloc for Hook {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match CHARGED.with(|c| c.get()).as_ref() {
            Some(account) => {
                account.count(layout, 1);
                take(account.mem, layout)
            }
            None => System.alloc(layout),
        }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        match CHARGED.with(|c| c.get()).as_ref() {
            Some(account) => {
                account.count(layout, 1usize.wrapping_neg());
                give(account.mem, p, layout)
            }
            None => System.dealloc(p, layout),
        }
    }
}

#[global_allocator]
static HOOK: Hook = Hook;

// ---- the index ----

pub struct Index {
    account: Account,
    map: BTreeMap<Vec<u8>, u64>,
}

/// # Safety
/// `mem` is null or lasts as long as the index.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_create(mem: *const Alloc) -> *mut Index {
    let t = take(mem, Layout::new::<Index>()) as *mut Index;
    if !t.is_null() {
        let (key_bytes, node_bytes, nodes) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let account = Account { mem, key_bytes, node_bytes, nodes };
        t.write(Index { account, map: BTreeMap::new() });
    }
    t
}

/// # Safety
/// `t` is from create, and is not used again.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_destroy(t: *mut Index) {
    let mem = (*t).account.mem;
    {
        let _charge = Charge::to(&(*t).account);
        ptr::drop_in_place(&mut (*t).map);
    }
    give(mem, t as *mut u8, Layout::new::<Index>());
}

/// # Safety
/// `t` is from create and nobody else's meanwhile; `key` has `n` bytes, or none at all.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_put(t: *mut Index, key: Key, value: u64) -> c_int {
    let _charge = Charge::to(&(*t).account);
    match (*t).map.insert(key.bytes().to_vec(), value) {
        None => AB_OK,
        Some(_) => AB_REPLACED,
    }
}

/// # Safety
/// As put, but any number of threads may; `value` can be written to.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_get(t: *const Index, key: Key, value: *mut u64) -> c_int {
    match (*t).map.get(key.bytes()) {
        Some(found) => {
            *value = *found;
            AB_OK
        }
        None => AB_NOT_FOUND,
    }
}

/// # Safety
/// As put.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_del(t: *mut Index, key: Key) -> c_int {
    let _charge = Charge::to(&(*t).account);
    match (*t).map.remove(key.bytes()) {
        Some(_) => AB_OK,
        None => AB_NOT_FOUND,
    }
}

fn show<'a, I>(entries: I, visit: Visit, arg: *mut c_void) -> c_int
where
    I: Iterator<Item = (&'a Vec<u8>, &'a u64)>,
{
    for (key, value) in entries {
        if !visit(arg, Key { p: key.as_ptr(), n: key.len() }, *value) {
            return AB_STOPPED;
        }
    }
    AB_OK
}

/// # Safety
/// As get; `visit` takes `arg`, and does not change the index.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_scan(
    t: *const Index,
    r: Range,
    visit: Visit,
    arg: *mut c_void,
) -> c_int {
    let (lo, hi) = (r.lo.bytes(), r.hi.bytes());
    if r.has_hi && hi <= lo {
        return AB_OK; // BTreeMap panics at a range that ends before it begins
    }
    let end = if r.has_hi { Excluded(hi) } else { Unbounded };
    show((*t).map.range::<[u8], _>((Included(lo), end)), visit, arg)
}

/// # Safety
/// As scan.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_scan_prefix(
    t: *const Index,
    prefix: Key,
    visit: Visit,
    arg: *mut c_void,
) -> c_int {
    let prefix = prefix.bytes();
    let from = (*t).map.range::<[u8], _>((Included(prefix), Unbounded));
    show(from.take_while(|(key, _)| key.starts_with(prefix)), visit, arg)
}

/// # Safety
/// As get.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_count(t: *const Index) -> usize {
    (*t).map.len()
}

/// 2 * B - 1 slots a node: B is 6, and private to std, as is that a node has a parent,
/// its place there and a length, and an inner one a child more than slots. See check.
const SLOTS: usize = 11;
const SLOT_BYTES: usize = size_of::<Vec<u8>>() + size_of::<u64>();
const LEAF_BYTES: usize = SLOTS * SLOT_BYTES + 2 * WORD;
const CHILDREN_BYTES: usize = (SLOTS + 1) * WORD;

/// Could that many nodes be of those two sizes?
fn are_nodes(nodes: usize, bytes: usize) -> bool {
    match bytes.checked_sub(nodes * LEAF_BYTES) {
        Some(rest) => rest % CHILDREN_BYTES == 0 && rest / CHILDREN_BYTES <= nodes,
        None => false,
    }
}

/// # Safety
/// As get; `out` can be written to.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_memory(t: *const Index, out: *mut Memory) {
    let a = &(*t).account;
    let entries = (*t).map.len();
    let leaf = entries * SLOT_BYTES;
    let slots = a.nodes.get() * SLOTS * SLOT_BYTES;
    // The last node stays when the last entry goes.
    let in_use = if entries == 0 { 0 } else { a.node_bytes.get() - slots };
    let slack = a.node_bytes.get() - leaf - in_use;
    let (inner, key) = (size_of::<Index>() + in_use, a.key_bytes.get());
    let total = inner + leaf + key + slack;
    *out = Memory { total, inner, leaf, key, slack, nodes: [0; AB_KINDS] };
}

/// `what` for C: with a NUL behind it.
fn broken(what: &'static str) -> *const c_char {
    assert!(what.ends_with('\0'));
    what.as_ptr().cast()
}

/// # Safety
/// As get.
#[no_mangle]
pub unsafe extern "C" fn rust_btreemap_check(t: *const Index) -> *const c_char {
    let mut before: Option<&Vec<u8>> = None;
    let (mut n, mut key_bytes) = (0, 0);
    for key in (*t).map.keys() {
        if matches!(before, Some(b) if b >= key) {
            return broken("keys are not strictly increasing\0");
        }
        before = Some(key);
        key_bytes += key.len();
        n += 1;
    }
    if n != (*t).map.len() {
        return broken("the count is not the number of entries\0");
    }
    let a = &(*t).account;
    if !are_nodes(a.nodes.get(), a.node_bytes.get()) {
        return broken("std has nodes of other sizes than its memory is reckoned with\0");
    }
    if key_bytes != a.key_bytes.get() {
        return broken("the key bytes held are not those of the keys\0");
    }
    ptr::null()
}
