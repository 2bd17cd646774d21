// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools pins the programs that tests/cluster/build makes from this
// module; it is never compiled.
package tools

import (
	_ "github.com/versity/versitygw/cmd/versitygw"
)
