//! Where things stood: kept while the page is used, brought back when it is opened again.

use super::Keep;
use super::address;
use super::state::{apply, capture, track};
use super::store::{OwnRecord, Session, Store};
use crate::audio::pause;
use crate::desk::Desk;
use crate::sounds::{SoundSet, missing};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::preset::{OwnSound, Preset, Sound};
use neurorack_panel::{CvRange, EncoderTarget, PushTarget};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// How long the hands have to rest before it is kept where things stand.
const REST: Duration = Duration::from_millis(500);

/// Opens the store, brings back what it holds once the bank is there, and keeps what changes from then on.
pub(super) fn follow(keep: Keep, desk: Desk) {
    spawn_local(async move {
        let session = match read(keep).await {
            Ok(session) => session,
            Err(words) => {
                desk.say(format!(
                    "This browser keeps nothing for this page ({words}): presets last until it is closed. Export what \
                     you want to keep as files, or leave the private window."
                ));
                None
            }
        };
        while desk.bank.with_untracked(Option::is_none) {
            pause(20).await;
        }
        let session = session.unwrap_or_default();
        bring_back(keep, desk, &session);
        keep.settled.set(true);
        keep_on(keep, desk);
    });
}

/// Opens the store and reads it.
async fn read(keep: Keep) -> Result<Option<Session>, String> {
    let store = Rc::new(Store::open().await?);
    keep.fill(store.presets().await?);
    let session = store.session().await;
    keep.store.set_value(Some(store));
    session
}

/// A preset in the address goes before where things stood.
fn bring_back(keep: Keep, desk: Desk, session: &Session) {
    for OwnRecord { note, edited, preset } in &session.own {
        let Ok(Preset { sounds: [Sound::Own(sound), _], .. }) = Preset::from_link(preset) else { continue };
        let mut set = SoundSet::new(sound.name().to_owned(), note.clone(), sound.curve().clone(), true);
        set.edited = *edited;
        desk.keep_sound(&Arc::new(set));
    }
    let linked = address::fragment();
    if linked.is_some_and(|fragment| address::open(keep, desk, &fragment)) {
        return;
    }
    let Ok(preset) = Preset::from_link(&session.preset) else { return };
    // The range that the menu shows is chosen first, so that its assignments come back as they were set.
    desk.settings.update(|settings| with_menu(settings, session.menu));
    match missing(desk, &preset) {
        Some(shipped) => shipped.play(desk, move || stand(keep, desk, preset)),
        None => stand(keep, desk, preset),
    }
}

/// Lets things stand as they were left.
fn stand(keep: Keep, desk: Desk, preset: Preset) {
    match apply(desk, &preset, None) {
        Ok(sentence) => {
            keep.name.set(preset.name);
            // Another build may not have done so.
            desk.audio.remember(desk);
            if let Some(sentence) = sentence {
                desk.say(sentence);
                // As it stands now, so that this is said once.
                put(keep, desk);
            }
        }
        Err(reason) => desk.say(format!("What you left here was not brought back: {reason}.")),
    }
}

/// Keeps where things stand whenever hands rest after a change.
fn keep_on(keep: Keep, desk: Desk) {
    let mut rested = debounce(REST, move |()| put(keep, desk));
    Effect::new(move |before: Option<()>| {
        track(desk);
        desk.library.track();
        if before.is_some() {
            rested(());
        }
    });
}

fn put(keep: Keep, desk: Desk) {
    let Some(preset) = capture(desk) else { return };
    address::forget_other(&preset);
    desk.audio.remember(desk);
    let Some(store) = keep.store.get_value() else { return };
    let own = |set: &Arc<SoundSet>| {
        let sound = Sound::Own(OwnSound::new(&set.name, set.curve.clone()));
        let alone = Preset { sounds: [sound.clone(), sound], gesture: None, ..preset.clone() };
        OwnRecord { note: set.note.clone(), edited: set.edited, preset: alone.to_fragment() }
    };
    let session = Session {
        preset: preset.to_fragment(),
        menu: menu_of(&desk.settings.get_untracked()),
        own: desk.library.with_untracked(|library| library.iter().filter(|set| set.own).map(own).collect()),
    };
    spawn_local(async move {
        if let Err(words) = store.put_session(&session).await {
            // Said once: every later change would say it again.
            keep.store.set_value(None);
            desk.say(format!(
                "The browser no longer stores what you do here ({words}): make room, then reload the page. Export what \
                 you want to keep as files first."
            ));
        }
    });
}

/// Places in their lists of what the menu keeps and no preset does.
fn menu_of(settings: &neurorack_panel::Settings) -> [u8; 3] {
    let place = |place: Option<usize>| place.unwrap_or(0) as u8;
    [
        place(CvRange::ALL.iter().position(|it| *it == settings.range)),
        place(EncoderTarget::ALL.iter().position(|it| *it == settings.encoder)),
        place(PushTarget::ALL.iter().position(|it| *it == settings.push)),
    ]
}

/// The settings with these choices; a place that is in no list changes nothing.
fn with_menu(settings: &mut neurorack_panel::Settings, [range, encoder, push]: [u8; 3]) {
    settings.range = *CvRange::ALL.get(usize::from(range)).unwrap_or(&settings.range);
    settings.encoder = *EncoderTarget::ALL.get(usize::from(encoder)).unwrap_or(&settings.encoder);
    settings.push = *PushTarget::ALL.get(usize::from(push)).unwrap_or(&settings.push);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menus_own_choices_come_back() {
        let mut settings = neurorack_panel::Settings::default();
        for menu in [[2, 4, 1], [1, 0, 0], [0, 2, 1]] {
            with_menu(&mut settings, menu);
            assert_eq!(menu_of(&settings), menu);
        }
        with_menu(&mut settings, [9, 9, 9]);
        assert_eq!(menu_of(&settings), [0, 2, 1], "what is in no list changes nothing");
    }
}
