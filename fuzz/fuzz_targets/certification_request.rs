#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| akashi_robust::targets::certification_request(bytes));
