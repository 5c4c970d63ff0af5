//! The real program, started as an operator starts it and asked over the network: what the edge promises, and work
//! that another process does.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod parties;
#[cfg(test)]
mod shutdown;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod worker;
