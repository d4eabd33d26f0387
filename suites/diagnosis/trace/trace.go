// Package trace reads the exceptions that a receiver writes: what was thrown, and the
// places in its code that led there, in the forms of Node, Python, Go, Java, PHP and
// Ruby.
package trace

import (
	"fmt"
	"path"
	"strings"
)

// Frame is a place that an exception went through.
type Frame struct {
	// File is as the receiver wrote it, but for the scheme of a URL.
	File string
	Line int
	// Function is empty where the receiver does not name it.
	Function string
	// Own is true in the receiver's own code, and false in a library and in the
	// language's own.
	Own bool
	// Code is that line of the file, where the receiver wrote it.
	Code string
}

// Place names a frame for people: "server.js:23".
func (f Frame) Place() string {
	file := strings.ReplaceAll(f.File, `\`, "/")
	file = strings.TrimPrefix(file, "./")
	// Where the receiver lies on its machine says nothing, nor does what its module
	// is called.
	first, _, _ := strings.Cut(file, "/")
	if path.IsAbs(file) || strings.Contains(file, ":") || first != file && strings.Contains(first, ".") {
		file = path.Base(file)
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}

// Exception is what was thrown, with the way to it.
type Exception struct {
	Name    string // "TypeError"; of Go "panic"
	Message string // may have several lines
	// Frames are the places, the one where it was thrown first, whatever the language.
	Frames []Frame
}

// String is what a person would call it: "KeyError: 'sender'".
func (e Exception) String() string {
	switch {
	case e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// top is the place in the receiver's own code that is nearest to where the exception
// was thrown.
func (e Exception) top() (Frame, bool) {
	for _, f := range e.Frames {
		if f.Own {
			return f, true
		}
	}
	return Frame{}, false
}

// Own are the frames in the receiver's own code.
func Own(frames []Frame) []Frame {
	var own []Frame
	for _, f := range frames {
		if f.Own {
			own = append(own, f)
		}
	}
	return own
}

// Parse finds the exceptions in an output, in the order in which they were written.
// Of a chain, where one exception is the reason for another, the first reason comes
// first: it says more than what was made of it.
func Parse(output string) []Exception {
	var all []Exception
	for _, p := range passages(split(output)) {
		all = append(all, p.Exception)
	}
	return all
}

// First is the exception that an output is about, and the place in the receiver's own
// code that it came from: the first exception that has one. Found is false where
// there is none.
func First(output string) (e Exception, top Frame, found bool) {
	for _, e := range Parse(output) {
		if top, ok := e.top(); ok {
			return e, top, true
		}
	}
	return Exception{}, Frame{}, false
}
