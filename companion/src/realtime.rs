//! What an audio thread may and may not do, and what it asks of the system.

use std::fmt;

/// In debug builds the allocator aborts the program when it is used inside [`guard`].
#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Priority of the audio thread among real-time threads, of 99: below that of the kernel's own interrupts.
#[cfg(target_os = "linux")]
const PRIORITY: u8 = 80;

/// Does the work of one audio block, in which nothing may be allocated or freed.
pub(crate) fn guard<T>(work: impl FnOnce() -> T) -> T {
    assert_no_alloc::assert_no_alloc(work)
}

/// What a thread got of what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Granted {
    /// It was not asked for, or is not known here.
    #[default]
    Unasked,
    Yes,
    No,
}

/// What the audio thread could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Privileges {
    /// Before all threads that are not real-time.
    pub(crate) priority: Granted,
    /// A core of its own choice.
    pub(crate) core: Granted,
}

impl fmt::Display for Privileges {
    /// What could not be had, and what to do; nothing where all could.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.priority == Granted::No {
            f.write_str(
                "The audio thread has no real-time priority: other programs may make it stutter. Allow this user rtprio 95 \
                 (`sudo neurorack install` does, or the group audio of a music distribution).",
            )?;
        }
        if self.core == Granted::No {
            let gap = if self.priority == Granted::No { " " } else { "" };
            write!(
                f,
                "{gap}The audio thread could not be kept on the core that was asked for: is there one of this number?"
            )?;
        }
        Ok(())
    }
}

/// Processor time of the calling thread in seconds, where the system tells. Takes no memory and no lock.
#[cfg(target_os = "linux")]
pub(crate) fn processor_time_s() -> Option<f64> {
    use nix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).ok()?;
    Some(time.tv_sec() as f64 + 1e-9 * time.tv_nsec() as f64)
}

/// Processor time of the calling thread: not known here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn processor_time_s() -> Option<f64> {
    None
}

/// Asks the system for real-time priority and a core for the calling thread.
#[cfg(target_os = "linux")]
pub(crate) fn claim(core: Option<usize>) -> Privileges {
    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::unistd::Pid;
    use thread_priority::{
        RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id, thread_schedule_policy,
    };

    let has = matches!(thread_schedule_policy(), Ok(ThreadSchedulePolicy::Realtime(_)));
    // A JACK server or a distribution's limits may have given it already.
    let priority = has
        || ThreadPriorityValue::try_from(PRIORITY).is_ok_and(|value| {
            let fifo = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
            set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), fifo).is_ok()
        });
    let core = core.map(|core| {
        let mut cores = CpuSet::new();
        cores.set(core).is_ok() && sched_setaffinity(Pid::from_raw(0), &cores).is_ok()
    });
    let granted = |yes: bool| if yes { Granted::Yes } else { Granted::No };
    Privileges { priority: granted(priority), core: core.map_or(Granted::Unasked, granted) }
}

/// Asks the system for real-time priority for the calling thread.
#[cfg(not(target_os = "linux"))]
pub(crate) fn claim(core: Option<usize>) -> Privileges {
    use thread_priority::{ThreadPriority, set_current_thread_priority};

    // CoreAudio and WASAPI raise their threads themselves; asking once more does no harm.
    let raised = set_current_thread_priority(ThreadPriority::Max).is_ok();
    Privileges {
        priority: if raised { Granted::Yes } else { Granted::No },
        core: if core.is_some() { Granted::No } else { Granted::Unasked },
    }
}

/// Keeps all of the program's memory out of swap, where the system allows it without a limit: under a limit, what is
/// allocated later would fail. Says in a sentence why it is not so.
#[cfg(target_os = "linux")]
pub(crate) fn lock_memory() -> Option<String> {
    use nix::sys::mman::{MlockAllFlags, mlockall};
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

    let unlimited = nix::unistd::geteuid().is_root()
        || getrlimit(Resource::RLIMIT_MEMLOCK).is_ok_and(|(limit, _)| limit == RLIM_INFINITY);
    let locked = unlimited && mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE).is_ok();
    (!locked).then(|| {
        "The memory is not locked: under memory pressure the sound may stutter. Allow this user memlock unlimited (`sudo \
         neurorack install` does)."
            .to_owned()
    })
}

/// Keeps all of the program's memory out of swap: not known here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn lock_memory() -> Option<String> {
    None
}
