//! Prints what a map's steps cost on this machine.
//!
//! `cargo run --release -p neurorack-engine --example map_cost -- static/banks/impacts-map.safetensors`

use neurorack_engine::models::curve_vae::CurveVae;
use std::hint::black_box;
use std::time::Instant;

const TIMES: u64 = 200;

fn main() {
    let path = std::env::args().nth(1).expect("the map file as argument");
    let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"));
    let start = Instant::now();
    let map = CurveVae::parse(&bytes).expect("a map");
    println!("parse   {:8.1} us", start.elapsed().as_secs_f64() * 1e6);
    let points: Vec<_> = (0..TIMES).map(|seed| map.sample(seed)).collect();
    let curves: Vec<_> = points.iter().map(|point| map.decode(point)).collect();
    print("decode", &|k| {
        let _ = black_box(map.decode(&points[k]));
    });
    print("encode", &|k| {
        let _ = black_box(map.encode(&curves[k]));
    });
    print("place", &|k| {
        let _ = black_box(map.place(&points[k]));
    });
    print("at", &|k| {
        let _ = black_box(map.at([points[k][0], points[k][1]]));
    });
}

fn print(name: &str, step: &dyn Fn(usize)) {
    let mut seconds: Vec<f64> = (0..TIMES as usize)
        .map(|k| {
            let start = Instant::now();
            step(k);
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let [middle, longest] = [seconds[seconds.len() / 2], seconds[seconds.len() - 1]].map(|s| s * 1e6);
    println!("{name:<7} {middle:8.1} us, longest {longest:.1} us");
}
