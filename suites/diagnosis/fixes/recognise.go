package fixes

import (
	"io/fs"
	"net/http"
	"slices"
)

// Clues are what is known of a receiver. Any of them may be missing.
type Clues struct {
	// Header has what came with its answers.
	Header http.Header
	// Output is what it wrote, the traces of errors above all.
	Output string
	// Files are those of its folder.
	Files fs.FS
}

// The languages alone, and Next.js without its folder. They are no stacks that there
// are fixes for, but what others are made of.
const (
	java   Stack = "java"
	ruby   Stack = "ruby"
	nextJS Stack = "next"
)

// basis is what a stack is built on: what looks like Express may be Nest.
var basis = map[Stack]Stack{
	Express: Node, Fastify: Node, Koa: Node, Hono: Node, Lambda: Node, nextJS: Node,
	Nest:      Express,
	NextRoute: nextJS, NextPages: nextJS,
	Flask: Python, FastAPI: Python, Django: Python,
	Spring:  java,
	Laravel: PHP,
	Rails:   ruby, Sinatra: ruby,
}

// refines tells whether a stack is another one with more on top.
func refines(s, other Stack) bool {
	if s == Nest && other == Fastify {
		return true // Nest stands on either
	}
	for below, ok := basis[s]; ok; below, ok = basis[below] {
		if below == other {
			return true
		}
	}
	return false
}

// Recognise says which stack a receiver has; empty when it is not known. What shows
// in its own words counts most, then what it sends, then its files: of several
// programs in one folder only one runs. A later clue may say more, but not otherwise.
func Recognise(c Clues) Stack {
	var found Stack
	for _, seen := range [][]Stack{inOutput(c.Output), inHeader(c.Header), inFiles(c.Files)} {
		found = narrow(found, seen)
	}
	if found == nextJS {
		found = NextRoute // what a new project has
	}
	if _, known := languages[found]; !known {
		return ""
	}
	return found
}

// narrow adds to what was found what a further kind of clue shows. Where that shows
// several stacks, and none is made of the others, it counts only if one of them alone
// fits what was found.
func narrow(found Stack, seen []Stack) Stack {
	fitting := slices.DeleteFunc(slices.Clone(seen), func(s Stack) bool {
		return found != "" && !refines(s, found)
	})
	most := slices.DeleteFunc(slices.Clone(fitting), func(s Stack) bool {
		return slices.ContainsFunc(fitting, func(other Stack) bool { return refines(other, s) })
	})
	slices.Sort(most)
	most = slices.Compact(most)
	switch {
	case len(most) == 1:
		return most[0]
	case found == "":
		return framework(most)
	}
	return found
}

// framework is the only framework among stacks of several languages: beside a bot in
// Django there is often a package.json for tools. It is empty where there are two.
func framework(stacks []Stack) Stack {
	frameworks := slices.DeleteFunc(slices.Clone(stacks), func(s Stack) bool { return basis[s] == "" })
	if len(frameworks) == 1 {
		return frameworks[0]
	}
	return ""
}
