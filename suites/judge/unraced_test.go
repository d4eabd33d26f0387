//go:build !race

package judge

// raced: the tests run under the race detector.
const raced = false
