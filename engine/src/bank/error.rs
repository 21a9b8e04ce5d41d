//! Why a bank cannot be used.

/// Why bytes are not a bank, in words for the person who chose the file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BankError {
    /// Larger than any bank.
    #[error(
        "the file has {bytes} bytes, more than the {limit} that a bank may have: choose a Neurorack bank (.safetensors)"
    )]
    TooLarge {
        /// Size of the file.
        bytes: usize,
        /// Largest permitted size.
        limit: usize,
    },
    /// Not readable as safetensors.
    #[error("this is not a complete safetensors file ({reason}): download the bank again, or choose another file")]
    NotSafetensors {
        /// What the reader said.
        reason: String,
    },
    /// A safetensors file of something else.
    #[error("the file holds tensors, but no Neurorack model card: choose a bank exported by neurorack-train")]
    NoCard,
    /// The card is not readable.
    #[error("the bank's model card cannot be read ({reason}): export the bank again with neurorack-train")]
    BadCard {
        /// What is wrong.
        reason: String,
    },
    /// A format from the future, or none.
    #[error(
        "the bank has format {format}, this Neurorack reads format {readable}: update Neurorack or export the bank again"
    )]
    Format {
        /// Format of the file.
        format: u32,
        /// Format that is understood.
        readable: u32,
    },
    /// Another network.
    #[error(
        "the bank is of kind \"{kind}\", which this Neurorack cannot play: it plays \"sinc-nsf\" and \"hn-sinc-nsf\""
    )]
    Kind {
        /// Kind in the card.
        kind: String,
    },
    /// A bank that is rendered ahead, where one is needed that streams.
    #[error(
        "the bank holds the original Neurorack's network (kind \"hn-sinc-nsf\"), which is rendered ahead and not streamed: \
         `neurorack render --bank` plays it; choose another bank here"
    )]
    RenderedAhead,
    /// The other way round.
    #[error(
        "the bank's network is streamed (kind \"sinc-nsf\"), not rendered ahead: choose a bank of kind \"hn-sinc-nsf\""
    )]
    Streamed,
    /// A tensor is absent.
    #[error("the bank lacks the tensor \"{name}\": export it again with neurorack-train")]
    Missing {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor has the wrong shape.
    #[error(
        "the bank's tensor \"{name}\" has shape {found:?} where {expected} is needed: export it again with neurorack-train"
    )]
    Shape {
        /// Name of the tensor.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// What is needed, in words.
        expected: String,
    },
    /// A tensor holds numbers of a type that is not read.
    #[error(
        "the bank's tensor \"{name}\" holds {found}, but only f16 and f32 are read: export it again with neurorack-train"
    )]
    NumberType {
        /// Name of the tensor.
        name: String,
        /// Type in the file.
        found: String,
    },
    /// A tensor holds a value that cannot be used.
    #[error(
        "the bank's tensor \"{name}\" holds a value that cannot be used ({reason}): the file is damaged, or its training failed"
    )]
    Value {
        /// Name of the tensor.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The golden hit sounds different.
    #[error(
        "the bank's test hit differs by {error:.2e} from what its training recorded ({tolerance:.0e} is allowed): \
         the file is damaged, or made for another version of Neurorack"
    )]
    Golden {
        /// Largest difference of a sample.
        error: f32,
        /// Largest permitted difference.
        tolerance: f32,
    },
}
