//go:build race

package suites

// raced: the tests run under the race detector.
const raced = true
