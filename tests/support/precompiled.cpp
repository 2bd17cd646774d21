// SPDX-License-Identifier: Apache-2.0
// Nothing: a library must have a source, and these are there for their precompiled headers alone.
