//! Audio files to analysable recordings: decoding, resampling, trimming to the first impact.
