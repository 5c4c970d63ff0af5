//! Tests of the public API of `akashi-pki`, one binary.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod lasting;
#[cfg(test)]
mod ocsp;
#[cfg(test)]
mod ocsp_evidence;
#[cfg(test)]
mod ocsp_openssl;
#[cfg(test)]
mod ocsp_properties;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod pkits;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod support;
