//! What the sources give for one block: pieces of constant voltages, and the edges of both gates.

use super::GateInput;
use crate::event::EventQueue;

/// A stretch of samples over which gates and voltages stay.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Piece {
    /// Samples from the start of the block.
    pub at: u32,
    /// Its length in samples, 1 to 128 (more only when a block ran out of pieces).
    pub samples: u32,
    /// Volts at CV 1 to CV 4, -5 to 5.
    pub cv: [f32; 4],
    /// Whether Gate 1 and Gate 2 are high.
    pub gates: [bool; 2],
    /// The pitch bend.
    pub bend_semitones: f32,
}

/// A gate strikes or falls. A piece starts at each edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Samples from the start of the block.
    pub at: u32,
    /// Which gate.
    pub gate: GateInput,
    /// Strength of the strike, 0 to 1; `None` when the gate falls.
    ///
    /// A strike may come while the gate is high: a hand strikes whatever the cables do.
    pub strike: Option<f32>,
}

/// Pieces and edges of one block, in lists of fixed size.
#[derive(Debug, Clone)]
pub struct Block {
    samples: u32,
    pieces: [Piece; Self::MAX_PIECES],
    piece_count: usize,
    edges: [Edge; Self::MAX_EDGES],
    edge_count: usize,
    dropped: u32,
}

const _: () = assert!(Block::MAX_EDGES <= EventQueue::GATES);

impl Default for Block {
    fn default() -> Self {
        Self {
            samples: 0,
            pieces: [Piece::default(); Self::MAX_PIECES],
            piece_count: 0,
            edges: [Edge { at: 0, gate: GateInput::Gate1, strike: None }; Self::MAX_EDGES],
            edge_count: 0,
            dropped: 0,
        }
    }
}

impl Block {
    /// Pieces that a block can hold: 32 in the longest block, and one for each thing that happens in it.
    pub const MAX_PIECES: usize = 256;

    /// Edges that a block can hold. Strikes leave room for a last fall of each gate.
    pub const MAX_EDGES: usize = 128;

    /// Samples of the block.
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.samples
    }

    /// Its pieces, in order and without gaps.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.piece_count]
    }

    /// Its edges, in the order of their samples.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges[..self.edge_count]
    }

    /// Edges and pieces that found no place.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Empties the lists for a block of this length. Real-time safe.
    pub(super) fn clear(&mut self, samples: u32) {
        (self.samples, self.piece_count, self.edge_count, self.dropped) = (samples, 0, 0, 0);
    }

    /// Starts a piece; whatever length it says, it lasts until the next one. Real-time safe.
    pub(super) fn start_piece(&mut self, piece: Piece) {
        let at = piece.at;
        if let Some(last) = self.pieces[..self.piece_count].last_mut() {
            if self.piece_count == Self::MAX_PIECES {
                self.dropped += 1;
                return;
            }
            last.samples = at - last.at;
        }
        self.pieces[self.piece_count] = Piece { samples: self.samples - at, ..piece };
        self.piece_count += 1;
    }

    /// Notes a strike; of two at one sample the stronger one counts. Real-time safe.
    pub(super) fn strike(&mut self, at: u32, gate: GateInput, velocity: f32) {
        let same = |edge: &&mut Edge| edge.at == at && edge.gate == gate;
        match self.edges[..self.edge_count].iter_mut().rev().find(same) {
            Some(Edge { strike: Some(strength), .. }) => *strength = strength.max(velocity),
            _ => self.push(Edge { at, gate, strike: Some(velocity) }, GateInput::ALL.len()),
        }
    }

    /// Notes that a gate falls. Real-time safe.
    pub(super) fn fall(&mut self, at: u32, gate: GateInput) {
        let last = self.edges().iter().rev().find(|edge| edge.gate == gate);
        if last.is_none_or(|edge| edge.strike.is_some()) {
            self.push(Edge { at, gate, strike: None }, 0);
        } else {
            // Its strike found no room: it is low already.
            self.dropped += 1;
        }
    }

    /// Takes an edge where it leaves so much room.
    fn push(&mut self, edge: Edge, room: usize) {
        if self.edge_count + room < Self::MAX_EDGES {
            self.edges[self.edge_count] = edge;
            self.edge_count += 1;
        } else {
            self.dropped += 1;
        }
    }
}
