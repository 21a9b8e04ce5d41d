//! What the browser keeps for this page: presets, and where things stood.

use super::shelf::Record;
use idb::{Database, DatabaseEvent, Error, Factory, KeyPath, ObjectStoreParams, TransactionMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{from_value, to_value};
use wasm_bindgen::JsValue;

/// The database and its version; a later version adds stores.
const NAME: &str = "neurorack";
const VERSION: u32 = 1;

/// Its stores: presets by their number, and one record of where things stood.
const PRESETS: &str = "presets";
const SESSION: &str = "session";
const NOW: &str = "now";

/// Where things stood when the page was left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Session {
    /// The preset, as the part of a link behind its `#`.
    pub(super) preset: String,
    /// Places in their lists of what the menu keeps and no preset does: range of the inputs, encoder, push.
    pub(super) menu: [u8; 3],
    /// The user's own sounds, those that are not in F1 or F2 too.
    pub(super) own: Vec<OwnRecord>,
}

/// A sound of the user's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnRecord {
    pub(super) note: String,
    pub(super) edited: bool,
    /// A preset whose F1 and F2 it is, as the part of a link behind its `#`.
    pub(super) preset: String,
}

/// The browser's database of this page.
pub(super) struct Store {
    database: Database,
}

impl Store {
    /// Opens the database, making it where there is none.
    ///
    /// # Errors
    /// With the browser's own words.
    pub(super) async fn open() -> Result<Self, String> {
        let open = || {
            let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
            request.on_upgrade_needed(|event| {
                // What cannot be made here is missed by the first transaction, which says so.
                if let Ok(database) = event.database() {
                    let mut by_id = ObjectStoreParams::new();
                    by_id.key_path(Some(KeyPath::new_single("id")));
                    let _ = database.create_object_store(PRESETS, by_id);
                    let _ = database.create_object_store(SESSION, ObjectStoreParams::new());
                }
            });
            Ok::<_, Error>(request)
        };
        let database = open().map_err(words)?.await.map_err(words)?;
        Ok(Self { database })
    }

    /// All presets; records that cannot be read are left where they are.
    pub(super) async fn presets(&self) -> Result<Vec<Record>, String> {
        let read = async {
            let transaction = self.database.transaction(&[PRESETS], TransactionMode::ReadOnly)?;
            transaction.object_store(PRESETS)?.get_all(None, None)?.await
        };
        let values = read.await.map_err(words)?;
        Ok(values.into_iter().filter_map(|value| from_value(value).ok()).collect())
    }

    /// Keeps a preset, in the place of the one with the same number.
    pub(super) async fn put(&self, record: &Record) -> Result<(), String> {
        self.write(PRESETS, None, record).await
    }

    /// Forgets a preset.
    pub(super) async fn delete(&self, id: f64) -> Result<(), String> {
        let delete = async {
            let transaction = self.database.transaction(&[PRESETS], TransactionMode::ReadWrite)?;
            transaction.object_store(PRESETS)?.delete(JsValue::from_f64(id))?.await?;
            transaction.commit()?.await?;
            Ok(())
        };
        delete.await.map_err(words)
    }

    /// Where things stood; `None` at the first visit.
    pub(super) async fn session(&self) -> Result<Option<Session>, String> {
        let read = async {
            let transaction = self.database.transaction(&[SESSION], TransactionMode::ReadOnly)?;
            transaction.object_store(SESSION)?.get(JsValue::from_str(NOW))?.await
        };
        Ok(read.await.map_err(words)?.and_then(readable))
    }

    /// Keeps where things stand.
    pub(super) async fn put_session(&self, session: &Session) -> Result<(), String> {
        self.write(SESSION, Some(NOW), session).await
    }

    async fn write(&self, store: &str, key: Option<&str>, value: &impl Serialize) -> Result<(), String> {
        let value = to_value(value).map_err(|error| error.to_string())?;
        let write = async {
            let transaction = self.database.transaction(&[store], TransactionMode::ReadWrite)?;
            transaction.object_store(store)?.put(&value, key.map(JsValue::from_str).as_ref())?.await?;
            transaction.commit()?.await?;
            Ok(())
        };
        write.await.map_err(words)
    }
}

/// A record of this version; what another version wrote is none.
fn readable<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    from_value(value).ok()
}

fn words(error: Error) -> String {
    error.to_string()
}
