//! Writes what `torch.save` writes, for tests: a zip of a pickle and its storages.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A tensor of a checkpoint.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// `torch.save(module.state_dict())`, every name behind `prefix` and a dot where there is one.
pub(crate) fn state_dict(entries: &[Entry], prefix: &str) -> Vec<u8> {
    let mut pickle = Pickle::default();
    pickle.global("collections", "OrderedDict");
    pickle.bytes(b")R(");
    for (index, entry) in entries.iter().enumerate() {
        let name = if prefix.is_empty() { entry.name.clone() } else { format!("{prefix}.{}", entry.name) };
        pickle.text(&name);
        pickle.tensor(index, entry);
    }
    pickle.bytes(b"u");
    archive(pickle, entries)
}

/// `torch.save(module)`, the network under the attribute `prefix` where there is one. Classes are ones that nobody knows.
pub(crate) fn module(entries: &[Entry], prefix: &str) -> Vec<u8> {
    let mut root = Tree::default();
    for (index, entry) in entries.iter().enumerate() {
        let path = if prefix.is_empty() { entry.name.clone() } else { format!("{prefix}.{}", entry.name) };
        let mut parts: Vec<&str> = path.split('.').collect();
        let leaf = parts.pop().expect("a name");
        let tree = parts.into_iter().fold(&mut root, |tree, part| tree.modules.entry(part.to_owned()).or_default());
        tree.parameters.push((leaf.to_owned(), index));
    }
    let mut pickle = Pickle::default();
    pickle.module(&root, entries);
    archive(pickle, entries)
}

#[derive(Default)]
struct Tree {
    parameters: Vec<(String, usize)>,
    modules: BTreeMap<String, Tree>,
}

struct Pickle(Vec<u8>);

impl Default for Pickle {
    fn default() -> Self {
        Self(vec![0x80, 2])
    }
}

impl Pickle {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn global(&mut self, module: &str, name: &str) {
        self.bytes(format!("c{module}\n{name}\n").as_bytes());
    }

    fn text(&mut self, text: &str) {
        self.bytes(b"X");
        self.bytes(&(text.len() as u32).to_le_bytes());
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        // LONG1 of nine bytes, so that any size is positive.
        self.bytes(&[0x8A, 9]);
        self.bytes(&(number as u64).to_le_bytes());
        self.bytes(&[0]);
    }

    fn numbers(&mut self, numbers: &[usize]) {
        self.bytes(b"(");
        numbers.iter().for_each(|&number| self.number(number));
        self.bytes(b"t");
    }

    fn tensor(&mut self, storage: usize, Entry { shape, values, .. }: &Entry) {
        self.global("torch._utils", "_rebuild_tensor_v2");
        self.bytes(b"((");
        self.text("storage");
        self.global("torch", "FloatStorage");
        self.text(&storage.to_string());
        self.text("cpu");
        self.number(values.len());
        self.bytes(b"tQ");
        self.number(0);
        self.numbers(shape);
        let strides: Vec<usize> = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect();
        self.numbers(&strides);
        self.bytes(b"\x89");
        self.global("collections", "OrderedDict");
        self.bytes(b")RtR");
    }

    fn module(&mut self, tree: &Tree, entries: &[Entry]) {
        self.global("model.unknown", "Unknown");
        self.bytes(b")\x81}(");
        self.text("training");
        self.bytes(b"\x89");
        self.text("_parameters");
        self.bytes(b"}(");
        for (name, index) in &tree.parameters {
            self.text(name);
            self.global("torch._utils", "_rebuild_parameter");
            self.bytes(b"(");
            self.tensor(*index, &entries[*index]);
            self.bytes(b"\x89");
            self.global("collections", "OrderedDict");
            self.bytes(b")RtR");
        }
        self.bytes(b"u");
        self.text("_buffers");
        self.bytes(b"}");
        self.text("_modules");
        self.bytes(b"}(");
        for (name, child) in &tree.modules {
            self.text(name);
            self.module(child, entries);
        }
        self.bytes(b"uub");
    }
}

fn archive(mut pickle: Pickle, entries: &[Entry]) -> Vec<u8> {
    pickle.bytes(b".");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut file = |name: &str, bytes: &[u8]| {
        zip.start_file(format!("model/{name}"), stored).unwrap();
        zip.write_all(bytes).unwrap();
    };
    file("data.pkl", &pickle.0);
    file("byteorder", b"little");
    for (index, entry) in entries.iter().enumerate() {
        let bytes: Vec<u8> = entry.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        file(&format!("data/{index}"), &bytes);
    }
    file("version", b"3\n");
    zip.finish().unwrap().into_inner()
}
