//! The page's files once more, compressed: `NAME.br` beside `NAME`, which careful hosts send to browsers that take brotli.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;

/// What follows a file's name.
pub(crate) const ENDING: &str = "br";

/// The slowest and smallest; a page is compressed once and loaded often.
const QUALITY: i32 = 11;

/// How far back a repetition is found: 16 MiB, the most that browsers allow.
const WINDOW_BITS: i32 = 24;

/// A compressed file smaller than this share of the original is kept: fonts and pictures are compressed already.
const WORTH_IT: f64 = 0.9;

/// Compresses every file of a finished page where that helps, on all cores; call it when everything else is there.
pub(crate) fn write(dist: &Path) -> Result<()> {
    let mut waiting = files(dist)?;
    // The largest first, so that no core is left with it alone at the end; they are taken from the back.
    waiting.sort_by_key(|(_, bytes)| *bytes);
    let waiting = Mutex::new(waiting);
    let next = || waiting.lock().ok()?.pop();
    let work = || -> Result<()> {
        while let Some((path, _)) = next() {
            compress_file(&path)?;
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("compressing does not panic"))
    })
}

/// The files to compress in a folder and its subfolders, with their sizes in bytes.
fn files(folder: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_none_or(|ending| ending != ENDING) {
            found.push((path, entry.metadata()?.len()));
        }
    }
    Ok(found)
}

/// Whether a file was written after another, or the other is not there.
pub(crate) fn is_newer(file: &Path, than: &Path) -> bool {
    let written = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    match (written(file), written(than)) {
        (Some(file), Some(than)) => file > than,
        _ => true,
    }
}

/// Writes a file's compressed form beside it where there is none that is as new, or removes what an earlier run left where that is of no use.
fn compress_file(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut target = path.as_os_str().to_owned();
    target.push(format!(".{ENDING}"));
    let target = PathBuf::from(target);
    if target.exists() && !is_newer(path, &target) {
        return Ok(());
    }
    let small = compress(&bytes)?;
    if (small.len() as f64) < WORTH_IT * bytes.len() as f64 {
        std::fs::write(&target, small).with_context(|| format!("cannot write {}", target.display()))
    } else if target.exists() {
        std::fs::remove_file(&target).with_context(|| format!("cannot remove {}", target.display()))
    } else {
        Ok(())
    }
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW_BITS,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &params).context("brotli failed")?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_a_smaller_one_that_holds_the_same_where_that_helps() {
        let dist = std::env::temp_dir().join(format!("neurorack-compress-{}", std::process::id()));
        std::fs::create_dir_all(dist.join("banks")).unwrap();
        let text = "a hit is asked for and answered. ".repeat(100);
        // The digits of a hash stand for what is compressed already.
        let dense: Vec<u8> = (0..32u8).flat_map(|k| <sha2::Sha256 as sha2::Digest>::digest([k])).collect();
        std::fs::write(dist.join("index.html"), &text).unwrap();
        std::fs::write(dist.join("banks/dense"), &dense).unwrap();
        for _ in 0..2 {
            write(&dist).unwrap();
            let small = std::fs::read(dist.join("index.html.br")).unwrap();
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &small[..], &mut back).unwrap();
            assert_eq!(back, text.as_bytes());
            assert!(small.len() * 10 < text.len(), "{} bytes of {}", small.len(), text.len());
            let names: Vec<_> = files(&dist).unwrap().into_iter().map(|(path, _)| path).collect();
            assert_eq!(names.len(), 2, "compressed files are not compressed again: {names:?}");
            assert!(!dist.join("banks/dense.br").exists(), "compressing did not help");
        }
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
