#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| akashi_robust::targets::x509_path(bytes));
