//! The real-time engine: descriptors, banks, streaming networks, the instrument.
