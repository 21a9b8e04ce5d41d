//! The desk as the panel in the terminal shows it.

use super::desk::Desk;
use crate::terminal::Face;
use neurorack_panel::Pixels;

impl Desk {
    /// Looks at the desk as the panel shows it.
    pub(crate) fn with_face<T>(&mut self, pixels: &Pixels, look: impl FnOnce(&Face<'_>) -> T) -> T {
        self.notes.make_contiguous();
        let reading = self.jacks.as_ref().map(|jacks| jacks.reading()).unwrap_or_default();
        let module = self.jacks.as_ref().map_or_else(|| "not looked for".to_owned(), |jacks| jacks.state());
        let midi = self.keys.as_ref().map_or_else(|| "not listened to".to_owned(), |keys| keys.state());
        let rack = &self.player.last().rack;
        let (notes, _) = self.notes.as_slices();
        look(&Face {
            pixels,
            cv_volts: rack.cv_volts,
            patched: reading.volts.map(|volts| volts.is_some()),
            gates: rack.gates,
            levels: self.levels(),
            inputs: self.settings.cv.map(|assignment| assignment.target.name()),
            bank: &self.bank.card().name,
            sounds: self.sounds.each_ref().map(|set| set.name.as_str()),
            volume_db: self.volume_db,
            audio: &self.audio_state(),
            module: &module,
            midi: &midi,
            recording_s: self.recorder.as_ref().map(crate::audio::Recorder::seconds),
            notes,
        })
    }
}
