//! The colour of a sound's picture: lightness is the spectrogram's alone, the hue tells how bright the sound is, and the paler
//! the colour, the noisier.
//!
//! Dark sounds are rust, bright ones steel blue, the rest lies between over the design's gold: warm against cool is told apart
//! by colour-blind eyes too, and what the colour says is also said by the place on the map. In Björn Ottosson's OKLab.

use crate::plots::ink;
use neurorack_engine::descriptors::DescriptorCurve;

/// Levels of a palette.
const LEVELS: usize = 48;

/// Hues of the darkest and the brightest sound, in radians; between them lie gold, olive and teal.
const HUES: (f32, f32) = (0.85, 4.1);

/// Brightness of the darkest and the brightest sound, in hertz.
const HZ: (f32, f32) = (500.0, 7_000.0);

/// Flatness of the purest and the noisiest sound.
const FLATNESS: (f32, f32) = (0.002, 0.25);

/// How much colour is left to sounds half-way: greens are no colours of the instrument's.
const HALFWAY: f32 = 0.55;

/// How much colour is left to the noisiest sound.
const PALEST: f32 = 0.12;

/// What a sound's colour tells, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tint {
    brightness: f32,
    noise: f32,
}

impl Tint {
    /// The tint of a curve: its loud frames count most.
    pub(super) fn of(curve: &DescriptorCurve) -> Self {
        let (mut weight, mut hz, mut flatness) = (1e-12, 0.0, 0.0);
        for frame in curve.frames() {
            let loud = frame.rms;
            weight += loud;
            hz += loud * frame.centroid_hz.max(1.0).ln();
            flatness += loud * frame.flatness.max(1e-9).ln();
        }
        let share =
            |sum: f32, (low, high): (f32, f32)| ((sum / weight - low.ln()) / (high.ln() - low.ln())).clamp(0.0, 1.0);
        Self { brightness: share(hz, HZ), noise: share(flatness, FLATNESS) }
    }

    /// The colours of levels from 0 to 1.
    pub(super) fn palette(self) -> Palette {
        let hue = HUES.0 + self.brightness * (HUES.1 - HUES.0);
        let halfway = 4.0 * self.brightness * (1.0 - self.brightness);
        let colour = (1.0 - self.noise * (1.0 - PALEST)) * (1.0 - halfway * (1.0 - HALFWAY));
        Palette(std::array::from_fn(|index| {
            let [lightness, a, b] = oklab(ink(index as f32 / (LEVELS - 1) as f32));
            let chroma = a.hypot(b) * colour;
            rgb([lightness, chroma * hue.cos(), chroma * hue.sin()])
        }))
    }
}

/// Colours from silent to loud.
pub(super) struct Palette([[u8; 3]; LEVELS]);

impl Palette {
    /// The colour of a level from 0 to 1.
    pub(super) fn ink(&self, level: f32) -> [u8; 3] {
        self.0[(level.clamp(0.0, 1.0) * (LEVELS - 1) as f32).round() as usize]
    }
}

fn oklab(rgb: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = rgb.map(|value| {
        let value = f32::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn rgb([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    let cube = |x: f32| x * x * x;
    let l = cube(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
    let m = cube(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
    let s = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
    let linear = [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let value = if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (255.0 * value).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::descriptors::Descriptors;

    fn of(centroid_hz: f32, flatness: f32) -> Tint {
        let frame = Descriptors {
            rms: 0.1,
            zcr: 0.1,
            rolloff_hz: 2_000.0,
            flatness,
            bandwidth_hz: 900.0,
            centroid_hz,
            f0_hz: 90.0,
        };
        Tint::of(&DescriptorCurve::new(vec![frame; 8]).expect("the frames are finite"))
    }

    #[test]
    fn colours_come_back_from_oklab() {
        for colour in [[0, 0, 0], [255, 255, 255], [217, 164, 65], [13, 14, 16], [40, 90, 200]] {
            let back = rgb(oklab(colour));
            assert!(colour.iter().zip(back).all(|(a, b)| a.abs_diff(b) <= 1), "{colour:?} became {back:?}");
        }
    }

    #[test]
    fn lightness_is_the_spectrograms_whatever_the_colour() {
        for (hz, flatness) in [(100.0, 0.0), (900.0, 0.01), (2_500.0, 0.1), (9_000.0, 0.001), (15_000.0, 1.0)] {
            let palette = of(hz, flatness).palette();
            for step in 0..LEVELS {
                let level = step as f32 / (LEVELS - 1) as f32;
                let [wanted, found] = [ink(level), palette.ink(level)].map(|colour| oklab(colour)[0]);
                // Colours that a screen has not are cut to those it has.
                assert!((wanted - found).abs() < 0.04, "{hz} Hz, level {level}: {wanted} became {found}");
            }
        }
    }

    #[test]
    fn dark_sounds_are_warm_bright_ones_cool_and_noise_is_pale() {
        let loud = |tint: Tint| oklab(tint.palette().ink(0.6));
        let ([_, _, dark], [_, _, bright]) = (loud(of(200.0, 0.0)), loud(of(9_000.0, 0.0)));
        assert!(dark > 0.04 && bright < -0.04, "yellow against blue: {dark} and {bright}");
        let colour = |tint: Tint| {
            let [_, a, b] = loud(tint);
            a.hypot(b)
        };
        assert!(colour(of(900.0, 0.5)) < 0.3 * colour(of(900.0, 0.001)));
    }
}
