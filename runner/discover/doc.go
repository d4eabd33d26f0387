// Package discover reads the folder of a project and says what it knows of the receiver
// in it: what starts it, on which port and path it listens, and in which variables it
// looks for its secrets. Each fact names the file and the line that it was found in.
//
// It knows manifests (package.json, requirements.txt, go.mod and their like), container
// files, Procfiles, files of variables, and source in JavaScript, Python, Go, Ruby, PHP
// and Java. It reads text and runs nothing, looks at a bounded number of files of a bounded
// size, and at nothing outside the folder, wherever links lead. Values of variables are
// not kept: a file of variables gives their names alone, and of the address of the Graph
// API its version. Of the secrets that stand in source it keeps the verify token alone.
//
// What it finds is a guess, from names and from the words that stand beside them. Where
// nothing is found the fact is empty. A path is told to be unsure where something may stand
// before it that the source does not show. Data flows one way, and the command line makes the
// configuration:
//
//	folder ─ folder.go ▶ files ┬ start.go, node.go, python.go, … ▶ Command
//	                           ├ routes.go ─ routers.go, mounts.go ▶ Path
//	                           ├ port.go, address.go ▶ Port
//	                           ├ reads.go, envfiles.go ─ meaning.go ▶ Variables
//	                           └ written.go ─ meaning.go ▶ Written
package discover
