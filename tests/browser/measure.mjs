// Measurements on recorded sound, kept apart from the project's own so that one checks the other.

/** Below this magnitude a sample counts as silence: -100 dB. */
const SILENCE = 1e-5;

/** The analysis window and hop of the descriptors, in seconds (2048 and 256 samples at 44.1 kHz). */
const WINDOW_S = 2048 / 44_100;
const HOP_S = 256 / 44_100;

export function peak(samples) {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

export function rms(samples) {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
}

/** The index of the first sample that is not silence, or -1. */
export function firstSound(samples) {
  return samples.findIndex((sample) => Math.abs(sample) > SILENCE);
}

/**
 * Indices at which sound begins: after silence, or where 20 ms hold more than four times (12 dB) the level of the
 * loudest of the three 20 ms before. A second strike of a decaying sound is such a rise; its own beating is not.
 */
export function onsets(samples, rate) {
  const size = Math.round(0.02 * rate);
  const levels = [];
  for (let at = 0; at + size <= samples.length; at += size) levels.push(rms(samples.subarray(at, at + size)));
  const loudest = Math.max(...levels);
  const found = [];
  for (let k = 0; k < levels.length; k += 1) {
    const before = Math.max(SILENCE, ...levels.slice(Math.max(0, k - 3), k));
    const recent = found.length > 0 && k - found.at(-1).frame <= 3;
    if (levels[k] > 4 * before && levels[k] > 0.05 * loudest && !recent) {
      const begin = Math.max(0, k - 1) * size;
      found.push({ frame: k, index: begin + Math.max(0, firstSound(samples.subarray(begin))) });
    }
  }
  return found.map(({ index }) => index);
}

/** Level of each descriptor frame, centred on multiples of the hop, with silence beyond both ends. */
export function loudness(samples, rate, begin = 0) {
  const half = Math.round((WINDOW_S * rate) / 2);
  const frames = Math.floor((samples.length - begin) / rate / HOP_S);
  return Array.from({ length: frames }, (_, k) => {
    const centre = begin + Math.round(k * HOP_S * rate);
    const window = samples.subarray(Math.max(0, centre - half), Math.min(samples.length, centre + half));
    return Math.sqrt(window.reduce((sum, x) => sum + x * x, 0) / (2 * half));
  });
}

/** Pearson's correlation of two series, over the length of the shorter. */
export function correlation(a, b) {
  const n = Math.min(a.length, b.length);
  const mean = (x) => x.slice(0, n).reduce((sum, v) => sum + v, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Spectral centroid in hertz: magnitude-weighted as in the descriptors, frames weighted by their energy. */
export function centroid(samples, rate, begin = 0) {
  const size = 2048;
  let [weighted, total] = [0, 0];
  for (let at = begin; at + size <= samples.length; at += size / 4) {
    const magnitudes = spectrum(samples.subarray(at, at + size));
    let [moment, sum, energy] = [0, 0, 0];
    magnitudes.forEach((magnitude, bin) => {
      moment += magnitude * ((bin * rate) / size);
      sum += magnitude;
      energy += magnitude * magnitude;
    });
    if (sum > 0) {
      weighted += energy * (moment / sum);
      total += energy;
    }
  }
  return total > 0 ? weighted / total : 0;
}

/** Magnitudes of the Hann-windowed Fourier transform, bins 0 to n / 2; n is a power of two. */
function spectrum(frame) {
  const n = frame.length;
  const re = Float64Array.from(frame, (x, i) => x * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n)));
  const im = new Float64Array(n);
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j]] = [re[j], re[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < size / 2; k += 1) {
        const angle = (-2 * Math.PI * k) / size;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [a, b] = [start + k, start + k + size / 2];
        const [x, y] = [re[b] * c - im[b] * s, re[b] * s + im[b] * c];
        [re[b], im[b]] = [re[a] - x, im[a] - y];
        [re[a], im[a]] = [re[a] + x, im[a] + y];
      }
    }
  }
  return Array.from({ length: n / 2 + 1 }, (_, bin) => Math.hypot(re[bin], im[bin]));
}

/** The middle one of the values. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The largest difference between neighbouring samples. */
export function largestStep(samples) {
  let largest = 0;
  for (let n = 1; n < samples.length; n += 1) largest = Math.max(largest, Math.abs(samples[n] - samples[n - 1]));
  return largest;
}

/** The strongest frequency from `least` to `most` hertz, to half a percent. */
export function strongest(samples, rate, least, most) {
  let [found, level] = [0, 0];
  for (let frequency = least; frequency < most; frequency *= 1.005) {
    const angle = (2 * Math.PI * frequency) / rate;
    let [re, im] = [0, 0];
    for (let n = 0; n < samples.length; n += 1) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples.length);
      re += window * samples[n] * Math.cos(angle * n);
      im -= window * samples[n] * Math.sin(angle * n);
    }
    if (Math.hypot(re, im) > level) [found, level] = [frequency, Math.hypot(re, im)];
  }
  return found;
}
