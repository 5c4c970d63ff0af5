//! `akashi ca` and `akashi tsa` as an operator runs them, with `openssl` and pyHanko as the other side.

#[cfg(test)]
mod ca;
#[cfg(test)]
mod program;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod tsa;
