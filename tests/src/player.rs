//! Plays a script of random playing (see [`storm`](crate::storm)) block by block.

use std::path::Path;

use anyhow::{Context, Result, bail};
use neurorack_worklet::Worklet;

use crate::messages::BENCH_RATE_HZ;
use crate::scene::QUANTUM;
use crate::storm::{LISTEN, PREPARED, RENDER};

/// Scripts with the messages that they share.
pub(crate) struct Scripts {
    prepared: Vec<u8>,
    /// First and past the last byte of each prepared message.
    places: Vec<(usize, usize)>,
    scripts: Vec<Vec<u8>>,
}

impl Scripts {
    /// Reads the scripts of a folder.
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let prepared = read(&folder.join("prepared.bin"))?;
        let mut places = Vec::new();
        let mut at = 0;
        while let Some(length) = prepared.get(at..).and_then(<[u8]>::first_chunk) {
            let end = at + 4 + u32::from_le_bytes(*length) as usize;
            if end > prepared.len() {
                bail!("prepared.bin is cut off");
            }
            places.push((at + 4, end));
            at = end;
        }
        let paths = (0..).map(|part| folder.join(format!("storm-{part}.bin"))).take_while(|path| path.is_file());
        let scripts = paths.map(|path| read(&path)).collect::<Result<Vec<_>>>()?;
        if scripts.is_empty() {
            bail!("{} has no scripts: `neurorack-e2e storm` writes them", folder.display());
        }
        Ok(Self { prepared, places, scripts })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.scripts.len()
    }

    /// Blocks of a script, the first of which brings the bank.
    pub(crate) fn blocks(&self, script: usize) -> usize {
        self.words(script).filter(|word| matches!(word, Some(Word::Render))).count()
    }

    /// Plays a script; `each` gets the samples of every block. Allocates nothing and asks nothing of the system, as long as `each`
    /// does neither.
    ///
    /// # Errors
    /// When the script is not whole.
    pub(crate) fn play(
        &self,
        script: usize,
        worklet: &mut Worklet,
        mut each: impl FnMut(&[f32]),
    ) -> Result<(), Broken> {
        let mut heard = [0.0; QUANTUM];
        let mut block = 0u32;
        for word in self.words(script) {
            match word.ok_or(Broken)? {
                Word::Render => {
                    let time_s = f64::from(block) * QUANTUM as f64 / f64::from(BENCH_RATE_HZ);
                    let samples = worklet.render(QUANTUM, time_s);
                    heard.copy_from_slice(samples);
                    each(&heard);
                    block += 1;
                }
                Word::Listen => worklet.hear(0, &heard),
                Word::Send(message) => worklet.receive(message),
            }
        }
        Ok(())
    }

    fn words(&self, script: usize) -> impl Iterator<Item = Option<Word<'_>>> {
        let mut rest = &self.scripts[script][..];
        std::iter::from_fn(move || {
            let (word, after) = rest.split_first_chunk()?;
            rest = after;
            Some(match u32::from_le_bytes(*word) {
                RENDER => Some(Word::Render),
                LISTEN => Some(Word::Listen),
                word if word & PREPARED != 0 => {
                    let place = self.places.get((word & !PREPARED) as usize);
                    place.map(|&(start, end)| Word::Send(&self.prepared[start..end]))
                }
                length => {
                    let split = rest.split_at_checked(length as usize);
                    rest = split.map_or(&[], |(_, after)| after);
                    split.map(|(message, _)| Word::Send(message))
                }
            })
        })
    }
}

/// What a script says next.
enum Word<'a> {
    Render,
    Listen,
    Send(&'a [u8]),
}

/// A script that is not whole.
#[derive(Debug)]
pub(crate) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a script is cut off, or names a message that was not prepared")
    }
}

impl std::error::Error for Broken {}
