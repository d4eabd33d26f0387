// Package race tells the tests of suites whether the race detector is on: then what
// takes long is tried on a sample.
package race
