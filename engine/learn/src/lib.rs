//! The networks in burn: definition, losses, data sets, training and export.
