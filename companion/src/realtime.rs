//! The guard around the audio callback.

/// In debug builds the allocator aborts the program when it is used inside [`guard`].
#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Does the work of one audio block, in which nothing may be allocated or freed.
pub(crate) fn guard<T>(work: impl FnOnce() -> T) -> T {
    assert_no_alloc::assert_no_alloc(work)
}
